/** Names of the messages between the preload script and the desktop's main process. */
export const bridgeChannels = {
  /** Carries one end of a message channel; the contract runs over it. */
  connect: 'restill:connect',
  chooseFolder: 'restill:choose-folder',
  /** Paths of dropped files, as Electron told them to the preload script. */
  placesOf: 'restill:places-of',
  setMenus: 'restill:set-menus',
  /** The id of a menu line that was chosen. */
  command: 'restill:command',
} as const
