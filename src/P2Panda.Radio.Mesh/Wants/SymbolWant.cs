using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Mesh.Wants;

/// <summary>Further symbols of a burst that is partly here.</summary>
/// <param name="Key">The burst.</param>
/// <param name="Missing">Symbols that are missing.</param>
public readonly record struct SymbolWant(BurstKey Key, int Missing);
