using P2Panda.Core.Logs;

namespace P2Panda.Radio.Mesh;

/// <summary>Reads a stored entry as the codecs need it; none when it is not readable any more.</summary>
public delegate VerifiedEntry? EntryReader(LogKey log, ulong sequenceNumber);
