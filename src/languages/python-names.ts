/** Words of Python that no name in code can be, in small letters. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'and as assert async await break class continue def del elif else except finally for from global if import in ' +
    'is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** The same, and folders of a project that are not packages. */
const RESERVED = `${[...KEYWORDS].join(' ')} main scripts tests`;

/** The modules of the standard library, of all versions that we target: a package of the same name would be hidden by it. */
const STDLIB =
  'abc aifc argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii binhex bisect ' +
  'builtins bz2 calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall ' +
  'concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm ' +
  'decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp ' +
  'fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip ' +
  'hashlib heapq hmac html http imaplib imghdr imp importlib inspect io ipaddress itertools json keyword ' +
  'linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt ' +
  'multiprocessing netrc nis nntplib nt numbers operator optparse os ossaudiodev pathlib pdb pickle pickletools ' +
  'pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc ' +
  'pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors ' +
  'shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 ssl stat statistics ' +
  'string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile ' +
  'termios textwrap threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle ' +
  'types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound ' +
  'wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo';

export const STDLIB_MODULES: ReadonlySet<string> = new Set(STDLIB.split(' '));

/**
 * The packages that a project's environment holds, those for development too. This list and the two below it are what an
 * environment with everything in templates/python/versions.json has; `test/install/python.test.ts` holds them against one.
 */
const DEPENDENCIES =
  'annotated-types anyio attrs boto3 botocore certifi cffi click colorama cryptography exceptiongroup h11 httpcore2 ' +
  'httpx2 idna iniconfig jmespath jsonschema jsonschema-specifications mcp mcp-types nodeenv obstore ' +
  'opentelemetry-api packaging pluggy psycopg psycopg-binary psycopg-pool pycparser pydantic pydantic-core ' +
  'pygments pyjwt pyright pytest python-dateutil python-dotenv python-multipart pywin32 redis ' +
  'referencing rpds-py ruff s3transfer six sse-starlette starlette tomli truststore typing-extensions ' +
  'typing-inspection urllib3 uv-build uvicorn';

/** The modules in them that are called otherwise, and those that they import if somebody has installed them. */
const IMPORTS =
  'attr dateutil dotenv jwt multipart opentelemetry py pythoncom pywintypes rpds ' +
  'brotli brotlicffi email_validator gunicorn h2 httptools orjson pip rich setuptools sniffio socksio trio typer ujson ' +
  'uvloop watchfiles websockets wsproto zstandard';

/** The programs that lie in an environment: a server of that name would be started in their place, or they in its. */
const SCRIPTS =
  'activate cffi-gen-src deactivate dotenv httpx2 idna jsonschema mcp nodeenv pip py pydoc pygmentize pyright pyright-langserver ' +
  'pyright-python pyright-python-langserver pytest python python3 pythonw ruff uvicorn';

/** Modules are typed by hand, and stand in lines of code. */
const LONGEST_MODULE = 40;

const moduleOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '_');

const MODULES = new Set(
  [RESERVED, STDLIB, DEPENDENCIES, IMPORTS, SCRIPTS].flatMap((words) => words.split(' ').map(moduleOf)),
);
const TAKEN = new Set([DEPENDENCIES, SCRIPTS].flatMap((words) => words.split(' ')));

/** A name that Python can import and that nothing else has: `3d-tools` becomes `mcp_3d_tools`, `json` `mcp_json`. */
export function moduleNameOf(serverName: string): string {
  const name = moduleOf(serverName).slice(0, LONGEST_MODULE).replace(/_$/, '');
  return /^[a-z]/.test(name) && !MODULES.has(name) ? name : `mcp_${name.replace(/^_+/, '')}`;
}

/**
 * The name of the package on an index, and of the script that starts the server: the server's, unless a dependency or a program of
 * the environment has it.
 */
export const distributionNameOf = (serverName: string): string =>
  TAKEN.has(serverName.toLowerCase().replace(/[._]+/g, '-')) ? `${serverName}-server` : serverName;
