/**
 * Reads server-sent events (WHATWG HTML, "Server-sent events") as they arrive and hands on the data of each.
 *
 * Returns a function that takes the next piece of text.
 */
export function eventReader(onData: (data: string) => void): (text: string) => void {
  let data: string[] = [];
  /** The pieces of a line whose end has not come yet: it is not looked through again with each of them. */
  let pieces: string[] = [];
  /** A carriage return at the very end, which may be the first half of a line end. */
  let held = '';
  const take = (line: string): void => {
    if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    else if (line === '') {
      if (data.length > 0) onData(data.join('\n'));
      data = [];
    }
  };
  return (text) => {
    const all = held + text;
    const complete = all.endsWith('\r') ? all.slice(0, -1) : all;
    held = all.slice(complete.length);
    const [first = '', ...others] = complete.split(/\r\n|\n|\r/);
    pieces.push(first);
    for (const next of others) {
      take(pieces.join(''));
      pieces = [next];
    }
  };
}
