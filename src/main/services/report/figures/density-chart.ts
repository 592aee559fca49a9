/** Thinking reward against outcome reward, a panel per variant: how many responses lie where, and the share in each corner. */
import { CORNERS, cornerShare, shareText, TENTHS } from '../../../../shared/run/reward-density.ts';
import { shortNames } from '../../../../shared/text/short-names.ts';
import { html, type Markup } from '../html.ts';
import type { Look } from './look.ts';

/** Responses of one variant, counted by cell as in reward-density.ts. */
export interface DensityPanel {
  readonly label: string;
  readonly index: number;
  readonly counts: readonly number[];
}

/** A figure of panels. */
export interface DensityChart {
  readonly name: string; // of its file
  readonly title: string;
  readonly panels: readonly DensityPanel[];
}

const PANEL = { size: 120, gap: 44, top: 34, left: 34, across: 4 } as const;

/** Draws it: R^o to the right, R^t upwards; darker where more responses lie. */
export function densityChart({ title, panels }: DensityChart, look: Look): Markup {
  const { size, gap, top, left, across } = PANEL;
  const pitch = size + gap;
  const width = left + Math.min(across, panels.length) * pitch;
  const height = Math.ceil(panels.length / across) * (size + top + 30) + 8;
  const short = shortNames(
    panels.map(({ label }) => label),
    22,
  );
  const said = panels.flatMap(({ label, counts }) => {
    const share = cornerShare(counts, CORNERS[0]);
    return share === null ? [] : [`${label}: wrong with high Rᵗ ${shareText(share)}`];
  });
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}. ${said.join('; ')}" style="${look.font === null ? null : html`font-family:${look.font};`}font-size:11px">
${panels.map((panel, i) => onePanel(panel, short[i] ?? panel.label, left + (i % across) * pitch, top + Math.floor(i / across) * (size + top + 30), look))}</svg>`;
}

function onePanel({ label, index, counts }: DensityPanel, short: string, x: number, y: number, look: Look): Markup {
  const { size } = PANEL;
  const side = size / TENTHS;
  const most = Math.max(1, ...counts);
  const colour = look.series(index);
  const cells = counts.flatMap((n, cell) => {
    if (n === 0) return [];
    const left = x + Math.floor(cell / TENTHS) * side;
    const top = y + size - ((cell % TENTHS) + 1) * side;
    return html`<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${side}" height="${side}" style="fill:${colour};fill-opacity:${(0.12 + 0.78 * Math.sqrt(n / most)).toFixed(2)}"/>`;
  });
  const corners = CORNERS.flatMap((corner, i) => {
    const share = cornerShare(counts, corner);
    const isLeft = i % 2 === 0;
    const place = { cx: isLeft ? x + 4 : x + size - 4, cy: i < 2 ? y + 13 : y + size - 5 };
    return share === null ? [] : [{ ...place, anchor: isLeft ? 'start' : 'end', text: shareText(share) }];
  });
  return html`<g><text x="${x}" y="${y - 8}" style="fill:${look.ink};font-weight:600"><title>${label}</title>${short}</text>
<rect x="${x}" y="${y}" width="${size}" height="${size}" style="fill:none;stroke:${look.line}"/>${cells}
<path d="M${x + size / 2} ${y}V${y + size}M${x} ${y + size / 2}H${x + size}" style="stroke:${look.line};stroke-dasharray:3 3;fill:none"/>
${corners.map(({ text, cx, cy, anchor }) => html`<text x="${cx}" y="${cy}" text-anchor="${anchor}" style="fill:${look.ink};font-weight:600;stroke:${look.ground};stroke-width:3px;paint-order:stroke;stroke-linejoin:round">${text}</text>`)}
<g style="fill:${look.faint}"><text x="${x}" y="${y + size + 14}">0</text><text x="${x + size}" y="${y + size + 14}" text-anchor="end">1</text><text x="${x + size / 2}" y="${y + size + 14}" text-anchor="middle">Rᵒ</text><text x="${x - 6}" y="${y + size / 2 + 4}" text-anchor="end">Rᵗ</text></g></g>`;
}
