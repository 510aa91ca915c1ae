// As `countersign types` writes it.
import '@countersign/core'

declare module '@countersign/core' {
  interface ActionTypes {
    'transfer.create': { amount: number; payee: string }
    // biome-ignore lint/complexity/noBannedTypes: as it is written for an action without attributes
    'account.view': {}
  }
}
