// Requests that some router takes for a guarded path and some guard does not: every spelling with every prefix, and so on.

export interface HostileRequest {
  readonly method: string
  /** Sent as it stands. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/**
 * Request targets for a guarded `path`, without its slash and in lower case, beside a public one at /public: a part of all
 * that can be put together, the same at each run.
 */
export function hostileTargets(path: string): readonly HostileRequest[] {
  const targets = [
    ...pairs(PREFIXES, spellingsOf(path), 2).map(([prefix, spelling]) => prefix + spelling),
    ...pairs(spellingsOf(path), SUFFIXES, 2).map((pair) => `/${pair.join('')}`),
    ...pairs(PREFIXES, SUFFIXES, 7).map(([prefix, suffix]) => prefix + path + suffix),
  ]
  return [...new Set(targets)].map((target) => ({ method: 'GET', target, headers: [] }))
}

/** @param methods that reach the handler */
export function hostileMethods(
  path: string,
  methods: readonly string[],
): readonly HostileRequest[] {
  return [
    ...METHODS.flatMap((method) =>
      ['', '/', '%2f', ';x', '?x'].map((end) => ({
        method,
        target: `/${path}${end}`,
        headers: [],
      })),
    ),
    ...headerTricks(path).flatMap((headers) =>
      [`/${path}`, '/public'].flatMap((target) =>
        methods.map((method) => ({ method, target, headers })),
      ),
    ),
  ]
}

/** Every one of each list, with every `step`th of the other. */
function pairs(
  firsts: readonly string[],
  seconds: readonly string[],
  step: number,
): readonly (readonly [string, string])[] {
  return firsts.flatMap((first, at) =>
    seconds.flatMap((second, other) =>
      (at + other) % step === 0 ? [[first, second] as const] : [],
    ),
  )
}

function spellingsOf(path: string): readonly string[] {
  const hex = (text: string) =>
    [...text].map((one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
  const first = path.slice(0, 1)
  const rest = path.slice(1)
  const low = first.charCodeAt(0) & 0x3f
  const byte = (value: number) => `%${value.toString(16).padStart(2, '0')}`
  const tail = byte(0x80 | low)
  return [
    ...[
      path,
      path.toUpperCase(),
      first.toUpperCase() + rest,
      path.slice(0, -1) + path.slice(-1).toUpperCase(),
    ],
    ...[hex(first) + rest, hex(path), hex(first).toUpperCase() + rest, hex(path.toUpperCase())],
    // encoded twice, three times, by parts
    ...[
      `%25${hex(first).slice(1)}${rest}`,
      `%2525${hex(first).slice(1)}${rest}`,
      `%${hex('6')}1${rest}`,
    ],
    // longer than UTF-8 has it: in two, three and four bytes
    ...[byte(0xc1) + tail + rest, `%e0%81${tail}${rest}`, `%f0%80%81${tail}${rest}`],
    // other characters that some fold to the same: full width, a combining mark, a long s, no width at all
    ...[
      `%ef%bd%${(0x81 + first.charCodeAt(0) - 0x61).toString(16)}${rest}`,
      `${path}%cc%81`,
      `%e2%80%8b${path}`,
    ],
    ...[
      `%u00${first.charCodeAt(0).toString(16)}${rest}`,
      `${first}%00${rest}`,
      `${first}%c2%ad${rest}`,
      `${path}\u00e9`,
    ],
  ]
}

const PREFIXES: readonly string[] = [
  ...['/', '//', '///', '/./', '/.//', '/%2e/', '/%2f', '/%2F/', '/%252f', '', '*', '/*'],
  ...[
    '/x/../',
    '/x/%2e%2e/',
    '/x/.%2E/',
    '/x/..;/',
    '/x/..%3b/',
    '/x/..;x=1/',
    '/x/..%2f',
    '/x%2f..%2f',
  ],
  ...[
    '/../',
    '/..%2f',
    '/..%252f',
    '/%2e%2e%2f',
    '/%c0%ae%c0%ae/',
    '/x/%252e%252e/',
    '/.../',
    '/x/y/../../',
  ],
  ...[
    '/;/',
    '/;a=b/',
    '/;a=b;c/',
    '/%3b/',
    '\\',
    '/\\',
    '/%5c',
    '/x\\..\\',
    '/x%5c..%5c',
    '\\\\h\\',
  ],
  ...[
    '/public/../',
    '/public/%2e%2e/',
    '/public;/../',
    '/public/..;/',
    '/public%2f..%2f',
    '/public\\..\\',
  ],
  ...[
    '/login/../',
    '/step-up/..%2f',
    '/logout/%2e%2e%2f',
    '/public?/../',
    '/public#/../',
    '/public%23/../',
  ],
  ...[
    '/%00/',
    '/%0a',
    '/%0d%0a/',
    '/%20',
    '/%09/',
    '/%ff/',
    '/%zz/',
    '/~/',
    '/_next/../',
    '/api/..//',
  ],
  ...[
    'http://h/',
    'http://h//',
    'HTTP://h/',
    'https://h:443/',
    'http://u:p@h/',
    'http://h/public/../',
    'http://h\\',
  ],
  ...[
    'http:',
    'http:/',
    'http:///',
    'ws://h/',
    'file:///',
    '//h/',
    '//h/../',
    '//h:80//',
    '//u@h/',
    '?/',
    '#/',
  ],
]

const SUFFIXES: readonly string[] = [
  ...[
    '',
    '/',
    '//',
    '/.',
    '/./',
    '/..',
    '/../',
    '/%2e',
    '/%2e%2e',
    '%2f',
    '%2F',
    '%2f%2e',
    '%252f',
  ],
  ...[';', ';x', ';x=1', ';x=/public', ';/../public', '/;/', '%3b', '%3bx=1', '.;', '/..;/public'],
  ...[
    '?',
    '??',
    '?x=/public',
    '?/../public',
    '%3f',
    '%3f/public',
    '?_method=GET',
    '?x[]=1&x[$ne]=2',
    '?%00',
  ],
  ...['#', '#/public', '%23', '%23/public', '#?', '?#', '#\\', '#/../public'],
  ...[
    '\\',
    '%5c',
    '\\..\\public',
    '/%5c..%5cpublic',
    '%00',
    '%00.css',
    '%0a',
    '%0d%0aX:%201',
    '%20',
    '%09',
    '+',
  ],
  ...[
    '.',
    '..',
    '.json',
    '.rsc',
    '.css',
    '.html',
    '~',
    '*',
    '&x=1',
    '=1',
    ':80',
    '@h',
    '%ff',
    '%',
    '%2',
    '%zz',
  ],
  ...[
    '/public/..',
    '/%2e%2e/public',
    '/..%2fpublic',
    '.segments/_tree.segment.rsc',
    '?_rsc=1',
    '?__nextLocale=en',
  ],
]

const METHODS: readonly string[] = [
  ...[
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'QUERY',
    'PROPFIND',
    'SEARCH',
  ],
  ...[
    'LOCK',
    'MKCOL',
    'COPY',
    'MOVE',
    'PURGE',
    'REPORT',
    'M-SEARCH',
    'LINK',
    'get',
    'Get',
    'GETX',
    'XGET',
    'G%45T',
  ],
]

function headerTricks(path: string): readonly HostileRequest['headers'][] {
  const to = (name: string) => [`/${path}`, '/public'].map((value) => [[name, value] as const])
  const methodsBy = (name: string) => ['GET', 'OPTIONS'].map((value) => [[name, value] as const])
  const file = ['middleware', 'proxy', 'src/middleware', 'pages/_middleware']
  return [
    ...[
      'X-Original-URL',
      'X-Rewrite-URL',
      'X-Forwarded-URI',
      'X-Forwarded-Prefix',
      'X-Original-URI',
    ].flatMap(to),
    ...[
      'X-Matched-Path',
      'X-Invoke-Path',
      'X-Middleware-Rewrite',
      'Next-Url',
      'X-Override-URL',
    ].flatMap(to),
    ...[
      'Referer',
      'X-Forwarded-Host',
      'X-Forwarded-Server',
      'Forwarded',
      'X-Envoy-Original-Path',
    ].flatMap(to),
    ...['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method'].flatMap(
      methodsBy,
    ),
    ...file.flatMap((name) => [
      [['X-Middleware-Subrequest', name] as const],
      [['X-Middleware-Subrequest', Array(5).fill(name).join(':')] as const],
    ]),
    ...['X-Middleware-Next', 'X-Middleware-Invoke', 'X-Middleware-Prefetch', 'X-Nextjs-Data'].map(
      (name) => [[name, '1'] as const],
    ),
    ...['Access-Control-Request-Method', 'Origin', 'Upgrade', 'Sec-Purpose', 'RSC'].map((name) => [
      [name, 'GET'] as const,
    ]),
    [
      ['Origin', 'https://partner.example'],
      ['Access-Control-Request-Method', 'GET'],
    ],
  ]
}
