/** Folders that hold reports, not photos. */
export const reportFolderName = 'restill-report'
/** The pictures of a report lie below it, under a name that is recognised wherever the report was put. */
export const reportPicturesName = 'restill-report-pictures'

/** True for folders that an import never looks into: reports, earlier reports, and the pictures of both. */
export function isReportFolder(name: string): boolean {
  return name === reportFolderName || name.startsWith(`${reportFolderName}-`)
}
