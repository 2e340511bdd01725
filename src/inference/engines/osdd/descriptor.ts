import type { Descriptor } from '../../../shared/descriptor.ts'

export const descriptor: Descriptor = {
  id: 'osdd',
  title: 'OSDD',
  sentence: 'Makes up detail where blur has left none, in one step; you choose how far it may go.',
  paper: {
    title: 'One-Step Diffusion Model for Image Motion-Deblurring',
    year: 2025,
    reference: 'Liu, Wang, Chen, Cao, Zhang, Zhang, Yang: One-Step Diffusion Model for Image Motion-Deblurring. 2025. arXiv:2503.06537',
  },
  controls: [
    {
      kind: 'number', id: 'gamma', label: 'Fidelity', invalidates: 'render', min: 0, max: 1, step: 0.05, default: 0.7, unit: '',
      help: 'At 1 the result keeps to what the photo shows; towards 0 it looks crisper, and more of it is made up. Below 0.5 it is declared as a composite.',
    },
  ],
  overlays: [],
  // Below the middle the adapter that makes things up outweighs the one that keeps to the photo (eq. 9).
  generative: { control: 'gamma', below: 0.5 },
}
