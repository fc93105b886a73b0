using P2Panda.Core.Bamboo;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Core.Tests.Bamboo;

public sealed class BambooEntryTests : IDisposable
{
    private static readonly byte[] Payload = [1, 2, 3];
    private static readonly EntryId One = Yasmf.Hash([1]);
    private static readonly EntryId Two = Yasmf.Hash([2]);

    private readonly KeyPair _author = KeyPair.FromSeed(Convert.FromHexString("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));

    /// <summary>The chain of the p2panda test application: message after message in one log.</summary>
    [Fact]
    public void AChainOfFourteenHasTheKnownHashes()
    {
        var known = new Dictionary<ulong, string>
        {
            [1] = "00202fecea433ef997fbbd0ab87b375e20bc92adfe9442469ddffbf65b80166d0578",
            [2] = "00207224230e26f97a0ac0fd485c5f4a071d3bb4bf170bf6a4bd416dc40d9544c0a4",
            [3] = "002012e11ba072a987d7c6a91d787846e985dd2fdfcf6f8465580304d8ae88a28216",
            [4] = "00202aef3ce867e1bcd60ef614a8b36e08bc4c9488816d111840f3ac7bc016d49ffd",
            [8] = "002021e2b7c2a46d0f252d1ed4984e53c91c4a53dbdde061118e50da8a6a8a91efb0",
            [12] = "002041b9ba22bce4fe799c5c1661178bf0e3d507801ab763c188fe16190f9dc86b6d",
            [13] = "00205456111b0f8034dfba3ae25781674fe7a92f71246ebc2e788e349da3adc522c6",
            [14] = "002047778bf75867b9a34db49cc2bb646efb27471764973eda301fac38f6bbe7db0f",
        };
        const string Schema = "784c6d6573736167655f3030323063363535363761653337656665613239336533346139633764313366386632626632336462646333623563376239616234363239333131316334386663373862";
        var ids = new List<EntryId>();
        for (ulong number = 1; number <= 14; number++)
        {
            var message = $"m{number}";
            var value = $"a1676d657373616765{0x60 + message.Length:x2}{Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(message))}";
            var operation = Convert.FromHexString(number == 1 ? $"840100{Schema}{value}" : $"850101{Schema}815822{ids[^1]}{value}");
            EntryId? skiplink = Lipmaa.NeedsSkiplink(number) ? ids[(int)Lipmaa.LinkOf(number) - 1] : null;
            var bytes = BambooEntry.Sign(_author, 7, number, skiplink, number == 1 ? null : ids[^1], operation);
            var (entry, _) = BambooEntry.Verify(bytes, operation);
            ids.Add(entry!.Id);
            if (known.TryGetValue(number, out var hash))
            {
                entry.Id.ToString().ShouldBe(hash, $"entry {number}");
            }
        }
    }

    [Fact]
    public void LengthsStayWithinTheirBounds()
    {
        BambooEntry.Sign(_author, 0, 1, null, null, Payload).Length.ShouldBe(BambooFields.MinLength);
        BambooFields.MaxLength.ShouldBe(226);
        var longest = new BambooFields
        {
            Author = _author.PublicKey,
            LogId = ulong.MaxValue,
            SequenceNumber = ulong.MaxValue,
            Skiplink = One,
            Backlink = Two,
            PayloadSize = ulong.MaxValue,
            PayloadHash = One,
        }.EncodeSigned(_author);
        longest.Length.ShouldBe(BambooFields.MaxLength);
        BambooEntry.Decode(longest).IsDecoded.ShouldBeTrue();
        BambooEntry.Verify(longest, Payload).Refusal.ShouldBe(BambooRefusal.PayloadTooLarge);
        BambooEntry.Decode(longest.Append((byte)0).ToArray()).Refusal.ShouldBe(BambooRefusal.TooLong);
    }

    [Fact]
    public void ThePayloadBoundIsInclusive()
    {
        var entry = BambooEntry.Sign(_author, 0, 1, null, null, Payload);
        BambooEntry.Verify(entry, Payload, Payload.Length).IsVerified.ShouldBeTrue();
        BambooEntry.Verify(entry, Payload, Payload.Length - 1).Refusal.ShouldBe(BambooRefusal.PayloadTooLarge);
    }

    [Fact]
    public void EndOfLogIsRecorded()
    {
        var entry = BambooEntry.Sign(_author, 0, 1, null, null, Payload, endOfLog: true);
        BambooEntry.Verify(entry, Payload).Entry!.IsEndOfLog.ShouldBeTrue();
    }

    [Fact]
    public void AnotherPayloadIsRefusedBySizeThenByHash()
    {
        var entry = BambooEntry.Sign(_author, 0, 1, null, null, Payload);
        BambooEntry.Verify(entry, new byte[4]).Refusal.ShouldBe(BambooRefusal.PayloadSizeMismatch);
        BambooEntry.Verify(entry, new byte[3]).Refusal.ShouldBe(BambooRefusal.PayloadHashMismatch);
    }

    [Fact]
    public void HexIsReadInEitherCaseAndRefusedOtherwise()
    {
        var entry = Convert.ToHexString(BambooEntry.Sign(_author, 0, 1, null, null, Payload));
        BambooEntry.VerifyHex(entry, "010203").IsVerified.ShouldBeTrue();
        BambooEntry.VerifyHex(entry, "01020").Refusal.ShouldBe(BambooRefusal.InvalidHex);
        BambooEntry.VerifyHex(entry[..^2] + "zz", "010203").Refusal.ShouldBe(BambooRefusal.InvalidHex);
        BambooEntry.VerifyHex(new string('z', 454), "").Refusal.ShouldBe(BambooRefusal.TooLong);
        BambooEntry.VerifyHex(entry, new string('0', 10), maxPayloadLength: 4).Refusal.ShouldBe(BambooRefusal.PayloadTooLarge);
    }

    [Fact]
    public void AVerifiedEntryDoesNotChangeWithTheBufferItCameFrom()
    {
        var entry = BambooEntry.Sign(_author, 0, 1, null, null, Payload);
        var payload = Payload.ToArray();
        var verified = BambooEntry.Verify(entry, payload).Entry!;
        var before = verified.EntryBytes.ToArray();
        entry.AsSpan().Clear();
        payload.AsSpan().Clear();
        verified.EntryBytes.ToArray().ShouldBe(before);
        verified.PayloadBytes!.Value.ToArray().ShouldBe(Payload);
    }

    [Fact]
    public void LinksThatDoNotFitThePositionAreACallersMistake()
    {
        Should.Throw<InvalidOperationException>(() => BambooEntry.Sign(_author, 0, 0, null, null, Payload)).Message.ShouldContain("begin at 1");
        Should.Throw<InvalidOperationException>(() => BambooEntry.Sign(_author, 0, 1, null, One, Payload)).Message.ShouldContain("must not have a backlink");
        Should.Throw<InvalidOperationException>(() => BambooEntry.Sign(_author, 0, 2, null, null, Payload)).Message.ShouldContain("needs a backlink");
        Should.Throw<InvalidOperationException>(() => BambooEntry.Sign(_author, 0, 2, One, Two, Payload)).Message.ShouldContain("must not have a skiplink");
        Should.Throw<InvalidOperationException>(() => BambooEntry.Sign(_author, 0, 4, null, Two, Payload)).Message.ShouldContain("needs a skiplink");
        Should.Throw<InvalidOperationException>(() => BambooEntry.Sign(_author, 0, 4, Two, Two, Payload)).Message.ShouldContain("cannot be the same");
        Should.Throw<InvalidOperationException>(() => BambooEntry.Sign(_author, 0, 2, null, EntryId.FromBytes([1]), Payload)).Message.ShouldContain("YASMF");
    }

    [Fact]
    public void OnlyTheAuthorSigns()
    {
        using var other = KeyPair.Generate();
        var fields = BambooEntry.Decode(BambooEntry.Sign(_author, 0, 1, null, null, Payload)).Fields!;
        Should.Throw<ArgumentException>(() => fields.EncodeSigned(other));
        Should.Throw<InvalidOperationException>(() => (fields with { Signature = default }).Encode());
    }

    public void Dispose() => _author.Dispose();
}
