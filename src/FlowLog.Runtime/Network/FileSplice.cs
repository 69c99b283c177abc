using FlowLog.Runtime.Disk;

namespace FlowLog.Runtime.Network;

/// <summary>A piece of a file that belongs into a frame and is never copied into it.</summary>
/// <param name="Position">Where in the frame's own bytes it is inserted.</param>
/// <param name="File">The file, held until the frame is disposed.</param>
/// <param name="Offset">Where the piece starts in the file.</param>
/// <param name="Count">Its length in bytes.</param>
public readonly record struct FileSplice(int Position, IFile File, long Offset, int Count);
