/** Thinking reward against outcome reward, a panel per variant: how many responses lie where, and the share in each corner. The picture of reward hacking. */
import { html, type Markup } from '../html.ts';
import { type Look, shortened } from './look.ts';

/** Responses of one variant by place: `cells[outcome][thinking]` counts those of a tenth by a tenth. */
export interface DensityPanel {
  readonly label: string;
  readonly index: number;
  readonly cells: readonly (readonly number[])[];
}

/** A figure of panels. */
export interface DensityChart {
  readonly name: string; // of its file
  readonly title: string;
  readonly panels: readonly DensityPanel[];
}

/** Shares of responses: outcome right or wrong (from 0.5 on) by thinking rated high or low (from 0.5 on). */
export interface CornerShares {
  readonly rightHigh: number;
  readonly rightLow: number;
  readonly wrongHigh: number;
  readonly wrongLow: number;
}

/** Tenths along each side. */
export const TENTHS = 10;
const PANEL = { size: 120, gap: 44, top: 34, left: 34, across: 4 } as const;

/** The share in each corner; null without a response. */
export function cornerShares({ cells }: Pick<DensityPanel, 'cells'>): CornerShares | null {
  const total = cells.flat().reduce((sum, n) => sum + n, 0);
  if (total === 0) return null;
  const half = TENTHS / 2;
  const share = (isRight: boolean, isHigh: boolean) =>
    cells
      .flatMap((row, o) => row.filter((_, t) => o >= half === isRight && t >= half === isHigh))
      .reduce((sum, n) => sum + n, 0) / total;
  return {
    rightHigh: share(true, true),
    rightLow: share(true, false),
    wrongHigh: share(false, true),
    wrongLow: share(false, false),
  };
}

/** Draws it: R^o to the right, R^t upwards; darker where more responses lie. */
export function densityChart({ title, panels }: DensityChart, look: Look): Markup {
  const { size, gap, top, left, across } = PANEL;
  const pitch = size + gap;
  const width = left + Math.min(across, panels.length) * pitch;
  const height = Math.ceil(panels.length / across) * (size + top + 30) + 8;
  const said = panels.flatMap((panel) => {
    const shares = cornerShares(panel);
    return shares === null ? [] : [`${panel.label}: wrong with high R^t ${percentOf(shares.wrongHigh)}`];
  });
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}. ${said.join('; ')}" style="${look.font === null ? null : html`font-family:${look.font};`}font-size:11px">
${panels.map((panel, i) => onePanel(panel, left + (i % across) * pitch, top + Math.floor(i / across) * (size + top + 30), look))}</svg>`;
}

const percentOf = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.01 ? 1 : 0)} %`;

function onePanel(panel: DensityPanel, x: number, y: number, look: Look): Markup {
  const { size } = PANEL;
  const side = size / TENTHS;
  const most = Math.max(1, ...panel.cells.flat());
  const colour = look.series(panel.index);
  const shares = cornerShares(panel);
  const corners =
    shares === null
      ? []
      : [
          { share: shares.wrongHigh, cx: x + 4, cy: y + 13, anchor: 'start' },
          { share: shares.rightHigh, cx: x + size - 4, cy: y + 13, anchor: 'end' },
          { share: shares.wrongLow, cx: x + 4, cy: y + size - 5, anchor: 'start' },
          { share: shares.rightLow, cx: x + size - 4, cy: y + size - 5, anchor: 'end' },
        ];
  const cells = panel.cells.flatMap((row, o) =>
    row.flatMap((n, t) =>
      n === 0
        ? []
        : html`<rect x="${(x + o * side).toFixed(1)}" y="${(y + size - (t + 1) * side).toFixed(1)}" width="${side}" height="${side}" style="fill:${colour};fill-opacity:${(0.12 + 0.78 * Math.sqrt(n / most)).toFixed(2)}"/>`,
    ),
  );
  return html`<g><text x="${x}" y="${y - 8}" style="fill:${look.ink};font-weight:600"><title>${panel.label}</title>${shortened(panel.label, 22)}</text>
<rect x="${x}" y="${y}" width="${size}" height="${size}" style="fill:none;stroke:${look.line}"/>${cells}
<path d="M${x + size / 2} ${y}V${y + size}M${x} ${y + size / 2}H${x + size}" style="stroke:${look.line};stroke-dasharray:3 3;fill:none"/>
${corners.map(({ share, cx, cy, anchor }) => html`<text x="${cx}" y="${cy}" text-anchor="${anchor}" style="fill:${look.ink};font-weight:600">${percentOf(share)}</text>`)}
<g style="fill:${look.faint}"><text x="${x}" y="${y + size + 14}">0</text><text x="${x + size}" y="${y + size + 14}" text-anchor="end">1</text><text x="${x + size / 2}" y="${y + size + 14}" text-anchor="middle">R^o</text><text x="${x - 6}" y="${y + size / 2 + 4}" text-anchor="end">R^t</text></g></g>`;
}
