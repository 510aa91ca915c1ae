// Spellings of a path that some router takes for it, or that some filter does not.

/** As raw request targets. `path` without its slash, in lower case. */
export function hostileTargets(path: string): readonly string[] {
  const hex = (text: string) =>
    [...text].map((one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
  const [first = ''] = path
  const rest = path.slice(1)
  return [
    // slashes
    ...[`//${path}`, `///${path}`, `/${path}/`, `/${path}//`, `/${path}/.`, `/${path}/..`],
    ...[`/${path}%2f`, `/${path}%2F`, `/%2f${path}`, `/${path}/./`, `/./${path}`, `/.//${path}`],
    // case
    ...[
      `/${path.toUpperCase()}`,
      `/${first.toUpperCase()}${rest}`,
      `/${rest ? path.replace(/.$/, (last) => last.toUpperCase()) : path}`,
    ],
    // encoded once, twice, badly
    ...[`/${hex(first)}${rest}`, `/${hex(path)}`, `/${hex(first).toUpperCase()}${rest}`],
    ...[`/%25${hex(first).slice(1)}${rest}`, `/%2525${hex(first).slice(1)}${rest}`],
    ...[`/%c1%a1${rest}`, `/%u0061${rest}`, `/%${path}`, `/${path}%`, `/${path}%zz`, `/${path}%ff`],
    ...[`/\u017f${rest}`, `/${hex(path)}/`, `/${path}%e2%80%8b`, `/%ef%bc%81${rest}`],
    // dots
    ...[
      `/a/../${path}`,
      `/a/%2e%2e/${path}`,
      `/a/.%2e/${path}`,
      `/a/..;/${path}`,
      `/a/..%3b/${path}`,
    ],
    ...[`/a%2f..%2f${path}`, `/..%2f${path}`, `/../${path}`, `/%2e/${path}`, `/a/b/../../${path}`],
    ...[`/login/../${path}`, `/login/%2e%2e/${path}`, `/login;/../${path}`, `/login/..;/${path}`],
    ...[
      `/step-up/..%2f${path}`,
      `/logout/%2e%2e%2f${path}`,
      `/healthz/../${path}`,
      `/${path}/../${path}`,
    ],
    // parameters, query and fragment
    ...[
      `/${path};x=1`,
      `/${path};`,
      `/;/${path}`,
      `/;x/${path}`,
      `/${path};/../login`,
      `/${path}%3bx`,
    ],
    ...[`/${path}?`, `/${path}?x=/login`, `/${path}?/../login`, `/${path}%3f`, `/${path}%3f/login`],
    ...[`/${path}#`, `/${path}#/login`, `/${path}%23`, `/${path}#?/login`, `/login#/../${path}`],
    // backslashes
    ...[
      `/\\${path}`,
      `\\${path}`,
      `/${path}\\`,
      `/a\\..\\${path}`,
      `/%5c${path}`,
      `/a%5c..%5c${path}`,
    ],
    ...[`/login\\..\\${path}`, `/#\\..\\${path}`, `/${path}#\\`],
    // absolute, and nearly
    ...[`http://localhost/${path}`, `http://evil.example/${path}`, `HTTP://localhost/${path}`],
    ...[
      `https://localhost/${path}`,
      `http://user:pw@localhost/${path}`,
      `http:/${path}`,
      `http:${path}`,
    ],
    ...[
      `http://localhost//${path}`,
      `http://localhost/a/../${path}`,
      `http://localhost:80/${path}?x`,
    ],
    ...[
      `ws://localhost/${path}`,
      `file:///${path}`,
      `//evil.example/${path}`,
      `//evil.example/../${path}`,
    ],
    ...[`//login/${path}`, `http://localhost\\${path}`, `http://localhost/login/../${path}`],
    // control characters, blanks, endings
    ...[
      `/${path}%00`,
      `/%00/${path}`,
      `/${path}%00.css`,
      `/${path}%0a`,
      `/${path}%20`,
      `/%20${path}`,
    ],
    ...[
      `/${path}%09`,
      `/${path}.`,
      `/${path}.json`,
      `/${path}.css`,
      `/${path}.html`,
      `/${path}~`,
      `/${path}*`,
    ],
    // of Next
    ...[
      `/${path}.rsc`,
      `/${path}.segments/_tree.segment.rsc`,
      `/_next/data/build/${path}.json`,
      `/en/${path}`,
    ],
    ...[`/_next/../${path}`, `/_next/static/../../${path}`, `/${path}?_rsc=1`, `/api/../${path}`],
    `/${path}`,
    path,
  ]
}
