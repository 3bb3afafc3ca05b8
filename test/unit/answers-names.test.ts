import { describe, expect, it } from 'vitest';
import { descriptionProblem, dirProblem, nameFromDir, nameProblem, similarName } from '../../src/answers/names.ts';
import { targetOf } from '../../src/base/paths.ts';
import { fakeEnv } from '../support/env.ts';

const linux = fakeEnv({ cwd: '/work/place', home: '/home/ada' });
const windows = fakeEnv({ platform: 'win32', cwd: 'C:\\work', home: 'C:\\Users\\ada' });

describe('nameProblem', () => {
  it.each(['a', 'my-server', 'my_server', 'my.server', '@ada/my-server', 'x'.repeat(214), '7up'])(
    'accepts %s',
    (name) => {
      expect(nameProblem(name)).toBeUndefined();
    },
  );

  it.each([
    ['', 'empty'],
    ['My Server!!', 'lower-case'],
    ['a b', 'lower-case'],
    ['UPPER', 'lower-case'],
    ['../evil', 'lower-case'],
    ['..', 'lower-case'],
    ['a/b', 'lower-case'],
    ['@ada', 'lower-case'],
    ['@ada/', 'lower-case'],
    ['-dash', 'both ends'],
    ['_underscore', 'both ends'],
    ['.dot', 'both ends'],
    ['dot.', 'both ends'],
    ['$(x)', 'lower-case'],
    ['`x`', 'lower-case'],
    ['"quoted"', 'lower-case'],
    ["it's", 'lower-case'],
    ['back\\slash', 'lower-case'],
    ['</script>', 'lower-case'],
    ['naïve', 'lower-case'],
    ['日本', 'lower-case'],
    ['a\u0000b', 'lower-case'],
    ['a\nb', 'lower-case'],
    ['x'.repeat(215), '215 characters'],
    ['x'.repeat(300), '300 characters'],
    ['node_modules', 'a reserved name'],
    ['favicon.ico', 'a reserved name'],
    ['con', 'device name'],
    ['com1', 'device name'],
    ['nul.txt', 'device name'],
    ['@ada/aux', 'device name'],
    ['fs', 'Node module'],
    ['stream', 'Node module'],
  ])('refuses %j and says why', (name, why) => {
    expect(nameProblem(name)).toContain(why);
  });

  it('never repeats a control character', () => {
    expect(nameProblem('\u001b[31mred\u202e')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('similarName', () => {
  it.each([
    ['My Server!!', 'my-server'],
    ['../evil', 'evil'],
    ['Crème Brûlée', 'creme-brulee'],
    ['!!!', 'my-server'],
    ['fs', 'my-server'],
  ])('makes a valid name of %j', (value, name) => {
    expect(similarName(value)).toBe(name);
    expect(nameProblem(similarName(value))).toBeUndefined();
  });
});

describe('descriptionProblem', () => {
  it.each(['It\'s "quoted"', 'two\nlines', `{{x}} \${y} 🎉`, '</script>', '-leading', 'tab\there'])(
    'accepts %j',
    (text) => {
      expect(descriptionProblem(text)).toBeUndefined();
    },
  );
  it.each(['', '  \n', 'bell\u0007', 'half \ud83d', 'x'.repeat(1001)])('refuses %j', (text) => {
    expect(descriptionProblem(text)).toBeDefined();
  });
});

describe('dirProblem', () => {
  it.each(['.', '..', '../hello-mcp', '/srv/x', 'a b/c d', '$(x)', "it's", './-dash', '~/x', '日本'])(
    'accepts %s',
    (dir) => {
      expect(dirProblem(dir, linux)).toBeUndefined();
    },
  );
  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['a\u0000b', 'cannot be printed'],
    ['a\u001b[2Jb', 'cannot be printed'],
    ['-dash', './-dash'],
    ['/', 'root of the file system'],
    ['x'.repeat(256), 'longer name'],
    ['a/'.repeat(2500), 'longer name'],
    ['node_modules', 'node_modules'],
    ['node_modules/x', 'node_modules'],
    ['.git/x', '.git'],
    ['what?/x', 'a query'],
  ])('refuses %j and says why', (dir, why) => {
    expect(dirProblem(dir, linux)).toContain(why);
  });
  it('knows what Windows refuses', () => {
    for (const dir of ['a?b', 'a\\con\\b', 'nul.txt', 'dots.', 'space \\x', 'C:\\'])
      expect(dirProblem(dir, windows)).toBeDefined();
    for (const dir of ['a b', '..\\x', 'C:\\dev\\x', '~\\x']) expect(dirProblem(dir, windows)).toBeUndefined();
    expect(dirProblem('a*b', linux)).toBeUndefined();
  });
});

describe('targetOf and nameFromDir', () => {
  it.each([
    ['.', '/work/place', 'place'],
    ['../hello-mcp', '/work/hello-mcp', 'hello-mcp'],
    ['/srv/My Server', '/srv/My Server', 'my-server'],
    ['~/dev/Crème.Brûlée', '/home/ada/dev/Crème.Brûlée', 'creme-brulee'],
    ['a/b/', '/work/place/a/b', 'b'],
    ['.hidden', '/work/place/.hidden', 'hidden'],
  ])('finds the place and the name of %j', (dir, target, name) => {
    expect(targetOf(dir, linux)).toBe(target);
    expect(nameFromDir(dir, linux)).toBe(name);
  });
  it('follows the rules of Windows there', () => {
    expect(targetOf('..\\x', windows)).toBe('C:\\x');
    expect(targetOf('~\\x', windows)).toBe('C:\\Users\\ada\\x');
    expect(nameFromDir('D:\\dev\\My Server', windows)).toBe('my-server');
  });
  it.each(['My Server!!', '$(x)', '日本', '...', 'con', 'fs', 'x'.repeat(250)])('makes no name of %s', (dir) => {
    expect(nameFromDir(dir, linux)).toBeUndefined();
  });
});
