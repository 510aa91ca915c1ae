// As `countersign types` writes it.
import '@countersign/next'

declare module '@countersign/next' {
  interface ActionTypes {
    'transfer.create': { amount: number; payee: string }
    // biome-ignore lint/complexity/noBannedTypes: as it is written for an action without attributes
    'account.view': {}
  }
}
