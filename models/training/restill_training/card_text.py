"""The parts of the card that are prose: data, limits, use."""

USE = (
    "Use it for mild and moderate blur, where it is quick and careful; look at the result before "
    "you keep it."
)

ATTRIBUTION = """\
Weights are trained on open material only: 47 photographs, 67 real pairs and their sharp sides, 96
procedural scenes. With thanks to those who made it:

| material | trained on | kept aside | licence | by |
| --- | --- | --- | --- | --- |
| GoPro blurred/sharp pairs | 57 files, 5 scenes | 4 files, 2 scenes | CC BY 4.0 | Seungjun Nah, Tae Hyun Kim, Kyoung Mu Lee: "Deep Multi-scale Convolutional Neural Network for Dynamic Scene Deblurring", CVPR 2017 |
| REDS blurred/sharp pairs | 10 files, 5 clips | 2 files, 1 clip | CC BY 4.0 | Seungjun Nah, Sungyong Baik, Seokil Hong, Gyeongsik Moon, Sanghyun Son, Radu Timofte, Kyoung Mu Lee: "NTIRE 2019 Challenge on Video Deblurring and Super-Resolution", CVPR Workshops 2019 |
| Kodak Lossless True Color Image Suite | 18 photographs | 6 | understood to be released by Kodak for unrestricted use | Eastman Kodak Company and its photographers |
| scikit-image test pictures | astronaut, rocket | coffee | public domain (NASA), CC0 | NASA; SpaceX; Rachel Michetti |
| sharp, test fixture 2569067123 | 1 photograph | | repository Apache-2.0; the photograph's own licence is not stated there | grizdave (Flickr), through the sharp project |
| squoosh, demo photograph | 1 photograph | | Apache-2.0 | the squoosh authors |
| link-u/avif-sample-images | hato | fox | CC BY-SA 4.0 | Link-U and its photographers |
| Debian package mate-backgrounds, nature | 10 photographs | Garden, RainDrops | GPL-2+ and CC BY-SA, as listed in the package | Charles Barbin, Lennart Poettering, Marco Cogoni, Jens Ansorg, Timothy Schellhase, "blackcombwhistler07", Sergey Nazarov, Jean-Francois Fortin Tam and others |
| Debian package lomiri-wallpapers-16.04 | 14 photographs | picosdeeuropa | CC BY 4.0, CC BY-SA 4.0, CC0 | Aitzol Berasategi, Peter Nerlich, Sander Klootwijk, "Bolly", Trevor "Freespace", Clemens Engelhardt, Abhishek Mudgal, Jakub Mede |
| procedural scenes | 96 seeds | seeds from 9000 | MIT | restill authors |

The licences of GoPro and REDS are those of their project pages. None of the photographs is part of
this pack. Large ones were shrunk 1.5 to 3 times before use; the last fine-tuning saw them at full
size too, as pictures that need nothing. It left out the sharp test fixture, whose own licence is
unclear; the weights it started from had seen it.

The validation pairs (GoPro scenes that are not in training, two-focus pairs, a phone pair, two
rig-shaken pictures) and the sharp photographs of the figures were measured on, never trained on.

60 % of the samples are synthetic (a sharp photograph, blurred in linear light by hand-shake paths,
rolling and zooming frames, disks, layered defocus, moving things or night lights; then sensor noise,
JPEG, 8 bits; one in ten sharp or nearly sharp, three in ten in the last fine-tuning), 40 % are cuts
of real pairs."""

LIMITS = """\
- Shake of up to about 20 pixels and defocus of 2 to 5 pixels in radius improve; beyond 30 pixels
  little changes. Shrinking such a photograph first helps more than this network does.
- A nearly sharp picture can change a little: softness that belongs to the picture (a lens at full
  aperture, a distance haze) looks like defocus. The pack's restraint holds such changes near 38 dB,
  and with them a part of what could be gained on mild blur.
- It does not invent: letters that cannot be read before will seldom be readable after.
- Fast subjects before a still background, and long streaks of lights at night, hardly change.
- Heavily compressed or very noisy photographs: blocks and grain can come out stronger.
- The network was trained on about two hundred pictures. It will meet things it has never seen.
- Not for evidence of any kind: number plates, faces, documents, medical or scientific pictures. A
  restored picture shows what is likely, not what was there."""
