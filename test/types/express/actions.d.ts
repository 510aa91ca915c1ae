// As `countersign types` writes it.
import '@countersign/express'

declare module '@countersign/express' {
  interface ActionTypes {
    'transfer.create': { amount: number; payee: string }
    // biome-ignore lint/complexity/noBannedTypes: as it is written for an action without attributes
    'account.view': {}
  }
}
