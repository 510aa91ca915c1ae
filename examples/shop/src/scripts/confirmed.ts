// The page that a challenge in a popup ends on: whoever opened it may try again.
import { announceConfirmed } from '@countersign/browser'

announceConfirmed()
