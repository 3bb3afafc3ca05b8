import { isObject } from '../base/json.ts';
import { listOf } from '../base/text.ts';
import { isSensitive } from './registry.ts';
import {
  advice,
  fault,
  isText,
  type Members,
  objectAt,
  objectsAt,
  type Packed,
  type PublishFinding,
  type Subject,
  textAt,
} from './subject.ts';

const FILE = 'manifest.json';
/** The oldest version of manifests that the official tool still advises. */
const OLDEST = [0, 3];
const ICON = 512;
/** More than that is mostly what nobody needs to run the server. */
const LARGE = 20 * 1024 * 1024;
const SHOWN = 5;

/** What the official tool, Claude Desktop and reviews refuse of an MCPB. */
export function mcpbFindings(subject: Subject): PublishFinding[] {
  const { manifest, bundle } = subject;
  if (manifest === undefined) return [];
  return [
    ...versionFindings(manifest),
    ...settingFindings(manifest),
    ...toolFindings(manifest, subject),
    ...iconFindings(subject),
    ...contactFindings(manifest, subject),
    ...(bundle === undefined ? [] : bundleFindings(bundle, manifest, subject)),
  ];
}

function versionFindings(manifest: Members): PublishFinding[] {
  const version = textAt(manifest, 'manifest_version') || textAt(manifest, 'dxt_version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < (OLDEST[0] ?? 0) || (major === OLDEST[0] && minor < (OLDEST[1] ?? 0));
  const missing = ['name', 'version', 'description', 'author', 'server'].filter((key) => manifest[key] === undefined);
  const fix = 'Set "manifest_version" to "0.4" and see what mcpb validate says.';
  return [
    ...(version === '' || isOld
      ? [fault('manifest-version', FILE, `is of the old version ${version || '–'}.`, fix)]
      : []),
    ...missing.map((key) => fault('manifest-member', FILE, `has no "${key}".`, 'Add it.')),
  ];
}

function settingFindings(manifest: Members): PublishFinding[] {
  const settings = Object.entries(objectAt(manifest, 'user_config'));
  const open = settings.filter(
    ([name, setting]) => isSensitive(name) && isObject(setting) && setting.sensitive !== true,
  );
  const environment = objectAt(objectAt(objectAt(manifest, 'server'), 'mcp_config'), 'env');
  const literal = Object.entries(environment).filter(
    ([name, value]) => isSensitive(name) && isText(value) && !/\$\{[^}]+\}/.test(value),
  );
  return [
    ...open.map(([name]) =>
      fault('manifest-secret', FILE, `does not call the setting ${name} a secret.`, 'Say "sensitive": true.'),
    ),
    ...literal.map(([name]) =>
      fault('manifest-value', FILE, `holds the value of ${name}.`, `Ask for it: "\${user_config.${name}}"`),
    ),
  ];
}

/** Who installs it sees this list before the server has ever run. */
function toolFindings(manifest: Members, { offer }: Subject): PublishFinding[] {
  if (offer === undefined || manifest.tools_generated === true) return [];
  const listed = objectsAt(manifest, 'tools').map((tool) => textAt(tool, 'name'));
  const real = offer.tools.map(({ name }) => String(name));
  const missing = real.filter((name) => !listed.includes(name));
  const gone = listed.filter((name) => !real.includes(name));
  const names = (list: readonly string[]): string => listOf(list.slice(0, SHOWN), 'and');
  const fix = 'Bring it in step: create-mcp-mason publish --fix';
  return [
    ...(missing.length > 0 ? [fault('manifest-tools', FILE, `does not list ${names(missing)}.`, fix)] : []),
    ...(gone.length > 0 ? [fault('manifest-tools', FILE, `lists ${names(gone)}, which the server has not.`, fix)] : []),
  ];
}

function iconFindings({ manifest, icon }: Subject): PublishFinding[] {
  const fix = `Add a PNG of ${ICON} × ${ICON}, and "icon": "icon.png".`;
  const named = textAt(manifest, 'icon');
  if (icon === undefined) return [advice('icon', FILE, 'names no icon.', fix)];
  if (icon === 'none') return [fault('icon', FILE, `names the icon ${named}, which is no PNG in the bundle.`, fix)];
  const [width, height] = icon;
  if (width === ICON && height === ICON) return [];
  return [fault('icon', named, `has ${width} × ${height} points, and ${ICON} × ${ICON} are wanted.`, fix)];
}

function contactFindings(manifest: Members, { offer }: Subject): PublishFinding[] {
  const found: PublishFinding[] = [];
  const author = objectAt(manifest, 'author');
  const contacts = [manifest.support, manifest.homepage, author.email, author.url];
  if (!contacts.some(isText))
    found.push(advice('contact', FILE, 'says nowhere whom people can ask.', 'Add "support": an address of yours.'));
  const outward = (offer?.tools ?? []).filter(
    ({ annotations }) => isObject(annotations) && annotations.openWorldHint === true,
  );
  const policies = manifest.privacy_policies;
  if (outward.length > 0 && !(Array.isArray(policies) && policies.some(isText))) {
    const names = listOf(
      outward.slice(0, SHOWN).map(({ name }) => String(name)),
      'and',
    );
    const fix = 'Add "privacy_policies": the addresses of what you, and the services behind it, do with data.';
    found.push(advice('privacy-policy', FILE, `names no privacy policy, and ${names} sends data elsewhere.`, fix));
  }
  return found;
}

function bundleFindings(bundle: readonly Packed[], manifest: Members, { npm }: Subject): PublishFinding[] {
  const found: PublishFinding[] = [];
  const server = objectAt(manifest, 'server');
  const entry = textAt(server, 'entry_point');
  const file = bundle.find(({ path }) => path === entry);
  if (file === undefined) {
    const fix = 'Build it, and see that .mcpbignore leaves it in.';
    found.push(fault('bundle-entry', entry || FILE, 'is what the bundle starts, and is not in it.', fix));
  }
  const has = (name: string): boolean => bundle.some(({ path }) => path.startsWith(`node_modules/${name}/`));
  const needed = Object.keys(objectAt(npm, 'dependencies')).filter(
    (name) => imports(file?.text ?? '', name) && !has(name),
  );
  if (needed.length > 0) {
    const fix = 'Bundle them into the file that starts, or have .mcpbignore leave them in.';
    found.push(fault('bundle-dependencies', entry, `needs ${listOf(needed, 'and')}, which the bundle has not.`, fix));
  }
  const unneeded = Object.keys(objectAt(npm, 'devDependencies')).filter(has);
  if (unneeded.length > 0) {
    const names = listOf(unneeded.slice(0, SHOWN), 'and');
    const fix = 'Leave node_modules out with .mcpbignore, or install without them: npm ci --omit=dev';
    found.push(fault('bundle-development', 'node_modules', `holds ${names}, which only development needs.`, fix));
  }
  const bytes = bundle.reduce((sum, one) => sum + one.bytes, 0);
  if (bytes > LARGE)
    found.push(
      advice(
        'bundle-size',
        'the bundle',
        `has ${Math.round(bytes / 1e6)} MB unpacked.`,
        'Leave out what does not run.',
      ),
    );
  const native = bundle.filter(({ path }) => path.endsWith('.node')).map(({ path }) => path);
  const systems = objectAt(manifest, 'compatibility').platforms;
  const wanted = Array.isArray(systems) ? systems.filter(isText) : ['darwin', 'win32', 'linux'];
  const without = wanted.filter((system) => !native.some((path) => path.includes(system)));
  if (native.length > 0 && without.length > 0) {
    const fix = 'Add them for each system, or name in "compatibility" only those that it runs on.';
    found.push(
      fault(
        'bundle-platform',
        native[0] ?? '',
        `is native code, and there is none for ${listOf(without, 'and')}.`,
        fix,
      ),
    );
  }
  return found;
}

/** A file of a bundler begins its lines with what it has left outside. */
function imports(text: string, name: string): boolean {
  const quoted = `["']${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:/[^"']*)?["']`;
  return new RegExp(`^import\\b[^\\n]{0,500}${quoted}|\\brequire\\(${quoted}\\)`, 'm').test(text);
}
