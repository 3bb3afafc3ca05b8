/**
 * Draws what a terminal showed as an SVG, for the README:
 *
 *     tmux capture-pane -e -p -t <pane> | npx tsx scripts/picture.ts > docs/terminal.svg
 */
import { text } from 'node:stream/consumers';

const COLOURS: Readonly<Record<number, string>> = {
  30: '#6e7681',
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
  37: '#e6edf3',
  90: '#7d8590',
};
/** What sets a style: ESC [ codes m. */
const SGR = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`, 'g');
const CELL = { width: 8.4, height: 19 };
const MARGIN = 20;

interface Style {
  readonly fill: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

const PLAIN: Style = { fill: '#e6edf3', bold: false, dim: false };

/** The style after one SGR sequence such as `1;36`. */
function restyle(style: Style, codes: string): Style {
  return codes.split(';').map(Number).reduce(applyCode, style);
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, fill: PLAIN.fill };
  return { ...style, fill: COLOURS[code] ?? COLOURS[code - 60] ?? style.fill };
}

const escaped = (value: string): string => value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function drawLine(line: string, row: number): string {
  let style = PLAIN;
  let column = 0;
  const spans: string[] = [];
  // Every second part is what stood between ESC [ and m.
  for (const [index, part] of line.split(SGR).entries()) {
    if (index % 2 === 1) {
      style = restyle(style, part);
      continue;
    }
    if (part.trim() !== '') {
      const x = (MARGIN + column * CELL.width).toFixed(1);
      const weight = style.bold ? ' font-weight="600"' : '';
      const opacity = style.dim ? ' opacity=".65"' : '';
      spans.push(`<tspan x="${x}" fill="${style.fill}"${weight}${opacity}>${escaped(part)}</tspan>`);
    }
    column += [...part].length;
  }
  return spans.length === 0 ? '' : `<text y="${MARGIN + 36 + row * CELL.height}">${spans.join('')}</text>`;
}

const lines = (await text(process.stdin)).replace(/\s+$/, '').split('\n');
const columns = Math.max(...lines.map((line) => line.replace(SGR, '').trimEnd().length));
const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
const height = lines.length * CELL.height + 2 * MARGIN + 30;
const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
  (fill, n) => `<circle cx="${22 + n * 20}" cy="20" r="6" fill="${fill}"/>`,
);
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>An interactive run of create-mcp-mason</title>
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
${dots.join('')}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">
${lines.map(drawLine).filter(Boolean).join('\n')}
</g>
</svg>
`);
