namespace P2Panda.Libp2p.Quic;

/// <summary>A published weakness of ngtcp2 and what it means here.</summary>
/// <param name="Id">Its CVE number.</param>
/// <param name="FixedIn">The version, or the Debian revisions, with the fix.</param>
/// <param name="Exposure">Whether a peer can reach it through this transport, and why not.</param>
public sealed record QuicAdvisory(string Id, string FixedIn, string Exposure)
{
    private const uint Version1_9_1 = 0x010901;

    /// <summary>What is known about a version. A distribution's backported fix does not change the number, so its revisions are named.</summary>
    /// <param name="ngtcp2Version">0xMMmmpp, as <see cref="QuicLibrary.Ngtcp2VersionNumber"/>.</param>
    public static IReadOnlyList<QuicAdvisory> For(uint ngtcp2Version)
    {
        const string NoQlog = "out of reach: the shim never turns qlog on";
        var found = new List<QuicAdvisory>();
        if (ngtcp2Version < Version1_9_1)
        {
            found.Add(new("CVE-2024-52811", "1.9.1", NoQlog));
        }

        if (ngtcp2Version <= 0x010B00)
        {
            found.Add(new("CVE-2026-40170", "Debian 0.12.1+dfsg-1+deb12u1 and 1.11.0-1+deb13u1", NoQlog));
        }

        return found;
    }
}
