namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>
/// Turns logs and their states into sketch elements and short tags under a salt that the sender of a message draws afresh. What collides
/// under one salt does not under the next, and nobody can prepare logs that collide under a salt not yet drawn.
/// </summary>
internal readonly struct SaltedHash(uint salt)
{
    private const ulong ForkedMark = 0xF0;
    private const ulong HeightMark = 0x01;
    private const ulong TagMark = 0x02;

    private readonly SipHash _hash = new(
        new SipHash(0x7032_7061_6e64_6121, 0x7261_6469_6f20_6d65).Hash(salt),
        new SipHash(0x7368_2072_6563_6f6e, 0x6369_6c65_2065_7665).Hash(salt));

    /// <summary>The element of a log in a state; never zero.</summary>
    public ulong Element(LogName log, LogState state)
    {
        var hash = _hash.Hash(log.High, log.Low, state.Height, state.Forked ? ForkedMark : HeightMark);
        return hash == 0 ? 1 : hash;
    }

    /// <summary>48 bits that name a log in wants.</summary>
    public ulong Tag(LogName log) => ShortOf(_hash.Hash(log.High, log.Low, TagMark));

    /// <summary>48 bits that name an element.</summary>
    public static ulong ShortOf(ulong element) => element & 0xFFFF_FFFF_FFFF;
}
