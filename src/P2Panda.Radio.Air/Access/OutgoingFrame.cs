using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Air.Access;

/// <summary>A frame that wants to go out.</summary>
/// <param name="Bytes">1 to 255 bytes.</param>
/// <param name="Class">What it is for.</param>
/// <param name="Author">Whose entries it carries, or none.</param>
public sealed record OutgoingFrame(ReadOnlyMemory<byte> Bytes, TrafficClass Class = TrafficClass.Normal, PublicKey? Author = null);
