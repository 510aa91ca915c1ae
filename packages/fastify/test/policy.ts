// A policy for tests of the adapter: one action on a route, one with a resource.
export const POLICY = {
  countersign: 1,
  name: 'adapter',
  assurance: { levels: [{ acr: 'aal1', amr: [['pwd']] }] },
  actions: {
    'page.view': {},
    'note.write': { resource: { text: { type: 'string', maxLength: 10 } } },
  },
  routes: [{ method: ['GET'], path: '/inner/secret/**', action: 'page.view' }],
  rules: [{ id: 'all', actions: ['page.view', 'note.write'], require: { acr: 'aal1' } }],
} as const
