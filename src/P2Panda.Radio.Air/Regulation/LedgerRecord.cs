using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace P2Panda.Radio.Air.Regulation;

/// <summary>
/// What the ledger writes down: version (1), boot id (16), time of writing and time since when everything is known (8 each), number of
/// accounts (2); per account its name, window, unused block, and slots of end (8) and airtime (8). Times are ticks of 100 ns on
/// the monotonic clock, little-endian. A SHA-256 over all of it, cut to 16 bytes, ends it.
/// </summary>
internal sealed record LedgerRecord(Guid Boot, TimeSpan WrittenAt, TimeSpan KnownSince, IReadOnlyList<LedgerRecord.Account> Accounts)
{
    private const byte Version = 1;
    private const int SealLength = 16;

    public byte[] Encode()
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write(Boot.ToByteArray());
            writer.Write(WrittenAt.Ticks);
            writer.Write(KnownSince.Ticks);
            writer.Write((ushort)Accounts.Count);
            foreach (var account in Accounts)
            {
                writer.Write(account.Id);
                writer.Write(account.Window.Ticks);
                writer.Write(account.Block.Ticks);
                writer.Write((ushort)account.Slots.Count);
                foreach (var (end, airtime) in account.Slots)
                {
                    writer.Write(end.Ticks);
                    writer.Write(airtime.Ticks);
                }
            }
        }

        var body = stream.ToArray();
        return [.. body, .. SHA256.HashData(body).AsSpan(0, SealLength)];
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; none when it is anything else.</summary>
    public static LedgerRecord? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= SealLength)
        {
            return null;
        }

        var body = bytes[..^SealLength];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        if (!hash[..SealLength].SequenceEqual(bytes[^SealLength..]) || body[0] != Version)
        {
            return null;
        }

        // The seal shows that these are our own bytes, so the lengths in them can be believed.
        var at = 1;
        var boot = new Guid(body.Slice(at, 16));
        at += 16;
        var writtenAt = Ticks(body, ref at);
        var knownSince = Ticks(body, ref at);
        var accounts = new Account[Short(body, ref at)];
        for (var i = 0; i < accounts.Length; i++)
        {
            var length = body[at++];
            var id = Encoding.UTF8.GetString(body.Slice(at, length));
            at += length;
            var window = Ticks(body, ref at);
            var block = Ticks(body, ref at);
            var slots = new (TimeSpan End, TimeSpan Airtime)[Short(body, ref at)];
            for (var j = 0; j < slots.Length; j++)
            {
                slots[j] = (Ticks(body, ref at), Ticks(body, ref at));
            }

            accounts[i] = new Account(id, window, block, slots);
        }

        return new LedgerRecord(boot, writtenAt, knownSince, accounts);
    }

    private static TimeSpan Ticks(ReadOnlySpan<byte> body, ref int at)
    {
        at += sizeof(long);
        return TimeSpan.FromTicks(BinaryPrimitives.ReadInt64LittleEndian(body[(at - sizeof(long))..]));
    }

    private static int Short(ReadOnlySpan<byte> body, ref int at)
    {
        at += sizeof(ushort);
        return BinaryPrimitives.ReadUInt16LittleEndian(body[(at - sizeof(ushort))..]);
    }

    public sealed record Account(string Id, TimeSpan Window, TimeSpan Block, IReadOnlyList<(TimeSpan End, TimeSpan Airtime)> Slots);
}
