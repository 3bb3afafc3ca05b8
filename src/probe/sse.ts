/**
 * Reads server-sent events (WHATWG HTML, "Server-sent events") as they arrive and hands on the data of each.
 *
 * Returns a function that takes the next piece of text.
 */
export function eventReader(onData: (data: string) => void): (text: string) => void {
  let buffer = '';
  let data: string[] = [];
  return (text) => {
    buffer += text;
    // A carriage return at the very end may be the first half of a line end.
    const complete = buffer.endsWith('\r') ? buffer.slice(0, -1) : buffer;
    const lines = complete.split(/\r\n|\n|\r/);
    buffer = (lines.pop() ?? '') + buffer.slice(complete.length);
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
      else if (line === '') {
        if (data.length > 0) onData(data.join('\n'));
        data = [];
      }
    }
  };
}
