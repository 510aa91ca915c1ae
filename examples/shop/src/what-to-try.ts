// The lines that a starting example prints under `ready`.

export function whatToTry(origin: string): string {
  return `
  Open ${origin} and sign in as alice, bob or carol (password: correct-horse).
    Send 20    no code: a small payment goes on the password alone
    Send 200   a code is asked for; tick "Remember this browser"
    Sign out, sign in, send 200 again: this browser is remembered, nobody asks
    Devices    forget the browser, and the code is asked for again; add a passkey, and use it in place of a code
  Ctrl-C stops it.
`
}
