using System.Runtime.CompilerServices;

namespace P2Panda.Core.Hashing;

/// <summary>A chaining value or a key: eight words.</summary>
[InlineArray(Length)]
internal struct Blake3Words
{
    public const int Length = 8;

    private uint _first;
}
