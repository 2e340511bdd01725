import type { Descriptor } from '../../../shared/descriptor.ts'

/** The value that stands for what `optimise` chose; the studio puts the choice in its place. */
const byDevice = 'device'

export const descriptor: Descriptor = {
  id: 'nafnet-edge',
  title: 'NAFNet edge',
  sentence: 'Removes camera shake and soft focus in one pass; the fastest engine, at home on any laptop.',
  paper: {
    title: 'Simple Baselines for Image Restoration',
    year: 2022,
    reference: 'Chen, Chu, Zhang, Sun: Simple Baselines for Image Restoration. ECCV 2022. arXiv:2204.04676',
  },
  controls: [{
    kind: 'point', id: 'blocks', label: 'Speed and gain', default: byDevice, invalidates: 'tile',
    help: 'Which blocks the network is made of: what "restill optimise" chose for this device, "base" for the network as it was trained, or an option for every slot, such as 4,0,0,1,0,4.',
  }],
  overlays: [],
  generative: false,
}
