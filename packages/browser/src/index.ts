export { announceConfirmed } from './announce-confirmed.ts'
export {
  createStepUpFetch,
  type StepUpFetch,
  type StepUpFetchOptions,
} from './create-step-up-fetch.ts'
