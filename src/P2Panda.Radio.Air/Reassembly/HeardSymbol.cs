namespace P2Panda.Radio.Air.Reassembly;

/// <summary>One version of one symbol.</summary>
internal sealed record HeardSymbol(byte Id, byte[] Bytes);
