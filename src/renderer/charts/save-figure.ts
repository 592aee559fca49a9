/** A drawn figure as a file: SVG as it is, PNG at three times its size, PDF with its lines kept as lines (svg2pdf into jsPDF). */
import { present } from '../../shared/values/list.ts';
import { saveBlob } from '../files/save-file.ts';

export type FigureFormat = 'svg' | 'png' | 'pdf';
const PNG_SCALE = 3;

/** Makes the file and hands it to the browser to save. */
export async function saveFigure(figure: SVGSVGElement, name: string, format: FigureFormat): Promise<void> {
  figure.style.background = '#fff'; // its ink is the light theme's, also where a viewer's page is dark
  saveBlob(`${name}.${format}`, await FORMATS[format](figure));
}

const FORMATS = { svg: asSvg, png: asPng, pdf: asPdf } satisfies Record<
  FigureFormat,
  (figure: SVGSVGElement) => Blob | Promise<Blob>
>;

function asSvg(figure: SVGSVGElement): Blob {
  return new Blob([new XMLSerializer().serializeToString(figure)], { type: 'image/svg+xml' });
}

async function asPng(figure: SVGSVGElement): Promise<Blob> {
  const { width, height } = sizeOf(figure);
  const url = URL.createObjectURL(asSvg(figure));
  try {
    const picture = new Image(width, height);
    picture.src = url;
    await picture.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * PNG_SCALE;
    canvas.height = height * PNG_SCALE;
    present(canvas.getContext('2d'), 'canvas').drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob === null ? reject(new Error('The browser could not make a PNG.')) : resolve(blob)),
        'image/png',
      ),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function asPdf(figure: SVGSVGElement): Promise<Blob> {
  const [{ jsPDF }, { svg2pdf }] = await Promise.all([import('jspdf'), import('svg2pdf.js')]);
  const { width, height } = sizeOf(figure);
  const pdf = new jsPDF({
    unit: 'pt',
    format: [width, height],
    orientation: width > height ? 'landscape' : 'portrait',
  });
  await svg2pdf(figure, pdf, { width, height });
  return pdf.output('blob');
}

function sizeOf(figure: SVGSVGElement): { width: number; height: number } {
  return { width: Number(figure.getAttribute('width')), height: Number(figure.getAttribute('height')) };
}
