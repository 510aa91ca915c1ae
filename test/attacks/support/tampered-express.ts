// The tampered app on Express 5.
import { createGuard } from '@countersign/express'
import { contractAnswer } from '@countersign/testing'
import express, { type NextFunction, type Request, type Response } from 'express'
import { PREFILLED } from './prefilled.ts'
import type { Created, Ingredients } from './tampered-apps.ts'

export function tamperedExpress({ options, identity, identify }: Ingredients): Created {
  const guard = createGuard({
    ...options,
    identity: identity ?? ((req) => identify(req.headers.cookie)),
  })
  const app = express()
  app.use(express.json())
  app.use('/prefilled', (req, _res, next) => {
    Object.assign(req, PREFILLED, { session: PREFILLED, identity: PREFILLED.user })
    next()
  })
  app.use(guard())
  app.get('/account', answer)
  app.post('/transfer', guard('transfer.create', bodyOf), answer)
  app.post('/keys', guard('key.create'), answer)
  app.get('/prefilled/account', guard('account.view'), answer)
  app.post('/step-up', async (req, res) => {
    if (!(await guard.challenge.open(req))) return void res.status(400).json({})
    const { code, factors, remember } = req.body
    if (code === 'wrong') return guard.challenge.fail(req, res)
    await guard.challenge.complete(req, res, { factors, rememberDevice: remember === true })
  })
  app.get('/step-up', async (req, res) => {
    const challenge = await guard.challenge.open(req)
    res.status(challenge ? 200 : 400).json(challenge ?? {})
  })
  app.use(answerError)
  return { listener: app, guard }

  function answer(req: Request, res: Response): void {
    res.json(contractAnswer(guard.decision(req)))
  }
}

/** What a guard rejects with is for the app's own log: `open` has no reply of its own. */
function answerError(error: unknown, _req: Request, res: Response, _next: NextFunction): void {
  const { status } = error as { readonly status?: number }
  res.status(status === 400 ? 400 : 500).json({})
}

function bodyOf(req: Request): Record<string, unknown> {
  return req.body
}
