import { relative, sep } from 'node:path';
import type { Plugin } from 'rolldown';

/** A module that has the exports of another and does nothing. */
type Substitute = string;

const NOTHING = '() => {}';
const esm = (exports: Readonly<Record<string, string>>): Substitute =>
  Object.entries(exports)
    .map(([name, value]) => `export const ${name} = ${value};\n`)
    .join('');

/**
 * Modules of libraries that are there for what we do not use, and what stands for them. A bundler must keep them, since
 * options that we never set reach them.
 */
const SUBSTITUTES: Readonly<Record<string, Substitute>> = {
  // Of execa we call `execa` alone, with arguments in a list: no template strings, no pipes or iterables between commands,
  // no messages to Node processes, no log of what it does.
  'execa/index.js': `import { createExeca } from './lib/methods/create.js';\n${esm({ execa: 'createExeca(() => ({}))' })}`,
  'execa/lib/methods/main-sync.js': esm({ execaCoreSync: NOTHING }),
  'execa/lib/methods/template.js': esm({ isTemplateString: '() => false', parseTemplates: NOTHING }),
  'execa/lib/pipe/setup.js': esm({ pipeToSubprocess: NOTHING }),
  'execa/lib/convert/add.js': esm({ addConvertedStreams: NOTHING }),
  'execa/lib/ipc/methods.js': esm({ addIpcMethods: NOTHING }),
  'execa/lib/ipc/ipc-input.js': esm({ validateIpcInputOption: NOTHING, sendIpcInput: NOTHING }),
  'execa/lib/ipc/buffer-messages.js': esm({
    waitForIpcOutput: '({ ipcOutput }) => ipcOutput',
    getBufferedIpcOutput: '(_, ipcOutput) => ipcOutput',
  }),
  'execa/lib/terminate/graceful.js': esm({ validateGracefulCancel: NOTHING, throwOnGracefulCancel: '() => []' }),
  'execa/lib/verbose/info.js': esm({ getVerboseInfo: '(verbose) => ({ verbose })' }),
  'execa/lib/verbose/start.js': esm({ logCommand: NOTHING }),
  'execa/lib/verbose/complete.js': esm({ logResult: NOTHING }),
  'execa/lib/verbose/output.js': esm({ shouldLogOutput: '() => false', logLines: NOTHING }),
  // It checks names of signals, of which we pass none, and brings all of them in English for a message that we do not print.
  'execa/lib/terminate/signal.js': esm({
    normalizeKillSignal: '(signal) => signal',
    normalizeSignalArgument: '(signal) => signal',
    getSignalDescription: '(signal) => signal',
  }),
  // Of Handlebars we use four blocks, and no decorators, log or global name.
  'handlebars/dist/cjs/handlebars/helpers.js': `const blocks = [require('./helpers/each'), require('./helpers/if'), require('./helpers/with')];
    exports.registerDefaultHelpers = (instance) => blocks.forEach((block) => block(instance));
    exports.moveHelperToHooks = ${NOTHING};\n`,
  'handlebars/dist/cjs/handlebars/decorators.js': `exports.registerDefaultDecorators = ${NOTHING};\n`,
  'handlebars/dist/cjs/handlebars/logger.js': `module.exports = { log: ${NOTHING} };\n`,
  'handlebars/dist/cjs/handlebars/no-conflict.js': `module.exports = ${NOTHING};\n`,
  // Of fs-extra we call three functions.
  'fs-extra/lib/index.js':
    "module.exports = { ...require('./move'), ...require('./path-exists'), ...require('./remove') };\n",
  'fs-extra/lib/copy/copy-sync.js': '',
  'fs-extra/lib/move/move-sync.js': '',
};

/** Libraries of which a module that is only imported does nothing, although they do not say so. */
const INERT = /\/node_modules\/(diff|js-yaml|@clack)\//;

/** Parts of js-yaml, which is one file: all that prints, and the schemas that are not read with. */
const YAML_PARTS = [
  /^\/\/#region src\/ast\/from_js\.ts$[\s\S]*/m,
  /^var DUMP_SCHEMA = [\s\S]*?^[\]}]\);$/m,
  /^var YAML11_SCHEMA = [\s\S]*?^[\]}]\);$/m,
  /^var JSON_SCHEMA = [\s\S]*?^[\]}]\);$/m,
];
const YAML_EXPORTS =
  'CORE_SCHEMA, defineMappingTag, defineScalarTag, defineSequenceTag, loadAll, mapTag, seqTag, YAMLException';
/** Tags are made when it is loaded; one that no schema has can go. */
const YAML_TAGS = /^(var \w+ = )(?=define\w+Tag\()/gm;

function onlyReading(yaml: string): string {
  for (const part of YAML_PARTS) if (!part.test(yaml)) throw new Error(`js-yaml has changed: it has no ${part}`);
  const rest = YAML_PARTS.reduce((code, part) => code.replace(part, ''), yaml);
  return `${rest.replace(YAML_TAGS, '$1/* @__PURE__ */ ')}\nexport { ${YAML_EXPORTS} };\n`;
}

/**
 * Leaves out of the bundle what libraries have for others.
 *
 * @param root absolute path of the repository
 */
export function leaveOut(root: string): Plugin {
  const left = new Set(Object.keys(SUBSTITUTES));
  const nameOf = (id: string): string => relative(`${root}/node_modules`, id).split(sep).join('/');
  return {
    name: 'leave-out',
    load(id) {
      const name = nameOf(id);
      const code = SUBSTITUTES[name];
      if (code === undefined) return null;
      left.delete(name);
      return { code, moduleSideEffects: false };
    },
    transform(code, id) {
      if (!INERT.test(id.replaceAll(sep, '/'))) return null;
      return { code: /js-yaml/.test(id) ? onlyReading(code) : code, moduleSideEffects: false };
    },
    buildEnd() {
      // A library that has changed must be looked at again.
      if (left.size > 0) this.error(`These modules are not in the bundle any more: ${[...left].join(', ')}`);
    },
  };
}
