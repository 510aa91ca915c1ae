// One person's browser in front of the app: it keeps cookies, and nothing else.

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, string>>
}

export interface Browser {
  transfer(amount: number): Promise<Answer>
  /** Does what the challenge of `transfer` asks for, and has the browser remembered. */
  stepUp(challengeUrl: string): Promise<number>
  /** In a new session the evidence of a step-up no longer counts: only the remembered device is left. */
  loginAgain(): void
}

export function openBrowser(origin: string, user: string): Browser {
  const cookies = new Map<string, string>()
  let logins = 1

  async function post(path: string, body: Record<string, unknown>): Promise<Response> {
    const reply = await fetch(new URL(path, origin), {
      method: 'POST',
      redirect: 'manual',
      headers: {
        ...{ 'content-type': 'application/json', origin, 'x-user': user, 'x-login': `${logins}` },
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      body: JSON.stringify(body),
    })
    for (const line of reply.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (/max-age=0/i.test(line)) cookies.delete(pair.slice(0, at))
      else cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return reply
  }

  return {
    async transfer(amount) {
      const reply = await post('/transfer', { amount })
      return { status: reply.status, body: await reply.json() }
    },
    async stepUp(challengeUrl) {
      const ticket = new URL(challengeUrl, origin).searchParams.get('ticket')
      const reply = await post('/step-up', { ticket })
      await reply.arrayBuffer()
      return reply.status
    },
    loginAgain() {
      logins += 1
    },
  }
}
