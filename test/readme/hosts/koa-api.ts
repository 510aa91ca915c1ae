// What a Koa API has before it has a guard: a router.
import Router from '@koa/router'
import Koa from 'koa'

export const router: Router = new Router()

new Koa().use(router.routes()).listen(Number(process.env['PORT']), '127.0.0.1')
