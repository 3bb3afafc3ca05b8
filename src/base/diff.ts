const CONTEXT = 3;

/**
 * A unified diff of two texts, as `patch` and `git apply` read it; empty when they are equal.
 *
 * An edit touches one place, so one hunk around what lies between the common start and the common end is enough.
 * `before` undefined means that the file is new.
 */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return '';
  const old = linesOf(before ?? '');
  const fresh = linesOf(after);
  const head = commonLength(old, fresh, Math.min(old.length, fresh.length), (lines, index) => lines[index]);
  const tail = commonLength(old, fresh, Math.min(old.length, fresh.length) - head, (lines, index) =>
    lines.at(-1 - index),
  );
  const start = Math.max(0, head - CONTEXT);
  const shown = Math.min(CONTEXT, tail);
  const oldEnd = old.length - tail + shown;
  const freshEnd = fresh.length - tail + shown;
  return [
    before === undefined ? '--- /dev/null\n' : `--- ${path}\n`,
    `+++ ${path}\n`,
    `@@ -${range(start, oldEnd - start)} +${range(start, freshEnd - start)} @@\n`,
    ...old.slice(start, head).map((line) => ` ${line}`),
    ...old.slice(head, old.length - tail).map((line) => `-${line}`),
    ...fresh.slice(head, fresh.length - tail).map((line) => `+${line}`),
    ...old.slice(old.length - tail, oldEnd).map((line) => ` ${line}`),
  ]
    .map((line) => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`))
    .join('');
}

/** Lines with their ends. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** An empty range is given by the line before it. */
const range = (start: number, count: number): string =>
  `${count === 0 ? start : start + 1}${count === 1 ? '' : `,${count}`}`;

function commonLength(
  a: readonly string[],
  b: readonly string[],
  most: number,
  at: (lines: readonly string[], index: number) => string | undefined,
): number {
  let length = 0;
  while (length < most && at(a, length) === at(b, length)) length++;
  return length;
}
