import type { Descriptor } from '../../../shared/descriptor.ts'

export const descriptor: Descriptor = {
  id: 'nafnet-edge',
  title: 'NAFNet edge',
  sentence: 'Removes camera shake and soft focus in one pass; the fastest engine, at home on any laptop.',
  paper: {
    title: 'Simple Baselines for Image Restoration',
    year: 2022,
    reference: 'Chen, Chu, Zhang, Sun: Simple Baselines for Image Restoration. ECCV 2022. arXiv:2204.04676',
  },
  controls: [],
  overlays: [],
  generative: false,
}
