// Sends money without leaving the page: where more proof is asked for, a popup asks, and the request is sent again.
import { createStepUpFetch } from '@countersign/browser'

const stepUpFetch = createStepUpFetch()
const said = document.querySelector('[data-pay-said]')
const button = document.querySelector<HTMLButtonElement>('[data-pay-from-here]')
const form = button?.form

if (button && form && said) {
  button.hidden = false
  button.addEventListener('click', () => {
    if (form.reportValidity()) pay(form).then(say, () => say('That did not work. Try again.'))
  })
}

stepUpFetch
  .resume()
  ?.then(describe)
  .then(say, () => say('That did not work. Try again.'))

async function pay(form: HTMLFormElement): Promise<string> {
  say('Sending …')
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)])
  const body = new URLSearchParams(fields)
  return await describe(await stepUpFetch(form.action, { method: 'POST', body }))
}

async function describe(response: Response): Promise<string> {
  const { amount, payee, title } = await response.json()
  return response.ok ? `€${amount} sent to ${payee}.` : title
}

function say(text: string): void {
  if (said) said.textContent = text
}
