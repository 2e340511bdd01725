import type { Descriptor } from '../../../shared/descriptor.ts'

/** Kinds of blur by the names that packs use for their experts, in the order of the published checkpoint. */
export const kinds = [
  { id: 'defocus', label: 'Out of focus' },
  { id: 'global_motion', label: 'Camera shake, grainy picture' },
  { id: 'local_motion', label: 'Moving subject' },
  { id: 'synth_motion', label: 'Camera shake, clean picture' },
  { id: 'low_light', label: 'Night or dim light' },
] as const
export type Kind = typeof kinds[number]['id']

const options = kinds.map(({ id, label }) => ({ value: id, label }))

export const descriptor: Descriptor = {
  id: 'demoe',
  title: 'DeMoE',
  sentence: 'Recognises what kind of blur a photo has and sends it to the expert for that kind; you may choose the expert yourself.',
  paper: {
    title: 'Towards Unified Image Deblurring using a Mixture-of-Experts Decoder',
    year: 2025,
    reference: 'Feijoo, Garrido-Mellado, Rim, Garcia, Conde: Towards Unified Image Deblurring using a Mixture-of-Experts Decoder. 2025. arXiv:2508.06228',
  },
  controls: [
    {
      kind: 'choice', id: 'expert', label: 'Treat as', invalidates: 'render', default: 'auto',
      help: 'The kind of blur that the photo is treated for. Automatic follows what the router recognises.',
      options: [{ value: 'auto', label: 'Automatic' }, ...options],
    },
    {
      kind: 'choice', id: 'routing', label: 'Recognise', invalidates: 'render', default: 'photo',
      help: 'Automatic only: one answer for the whole photo, or one for every tile, where parts differ.',
      options: [{ value: 'photo', label: 'Once for the photo' }, { value: 'tile', label: 'In every tile' }],
    },
    {
      kind: 'number', id: 'topK', label: 'Experts asked', invalidates: 'render', min: 1, max: 5, step: 1, default: 1, unit: '',
      help: 'Automatic only: how many of the likeliest experts work, each weighed by its likelihood. Every further one costs time.',
    },
    {
      kind: 'choice', id: 'second', label: 'Mix in', invalidates: 'render', default: 'none',
      help: 'A second kind of blur that the photo has as well.',
      options: [{ value: 'none', label: 'Nothing' }, ...options],
    },
    {
      kind: 'number', id: 'share', label: 'Share of the second', invalidates: 'render', min: 0, max: 1, step: 0.05, default: 0.3, unit: '',
      help: 'How much of the answer comes from the expert that is mixed in.',
    },
  ],
  overlays: [
    { id: 'expert', label: 'Treated as', kind: 'classes', words: kinds.map(({ label }) => label) },
    ...kinds.map(({ id, label }) => ({ id: `p.${id}`, label: `Likelihood: ${label}`, kind: 'levels' as const, words: ['unlikely', 'certain'] })),
  ],
  generative: false,
}
