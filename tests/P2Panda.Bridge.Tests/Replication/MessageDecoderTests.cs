using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Cbor;

namespace P2Panda.Bridge.Tests.Replication;

public sealed class MessageDecoderTests
{
    private const string Definitions = "74736368656d615f646566696e6974696f6e5f7631";
    private const string Fields = "781a736368656d615f6669656c645f646566696e6974696f6e5f7631";
    private const string Key = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";

    [Theory]
    [InlineData("84000119ffff82" + Fields + Definitions, MessageRefusal.SchemasUnsorted)]
    [InlineData("8401000082" + Definitions + Definitions, MessageRefusal.SchemasUnsorted)]
    [InlineData("8401000080", MessageRefusal.NoSchemas)]
    [InlineData("8401000281" + Definitions, MessageRefusal.UnknownMode)]
    [InlineData("840100008163666f6f", MessageRefusal.NoSchemaId)]
    [InlineData("83040000", MessageRefusal.UnknownType)]
    [InlineData("00", MessageRefusal.UnknownType)]
    [InlineData("840300f400", MessageRefusal.WrongShape)]
    [InlineData("83020041ff", MessageRefusal.WrongShape)]
    [InlineData("84020041fff6", MessageRefusal.WrongShape)]
    [InlineData("830300f6", MessageRefusal.WrongShape)]
    [InlineData("830a008183" + "5820" + Key + "0704", MessageRefusal.WrongShape)]
    [InlineData("830a0081825820" + Key + "81820700", MessageRefusal.InvalidHeight)]
    [InlineData("830a00818241ff81820701", MessageRefusal.InvalidHeight)]
    [InlineData("9f0300f4ff", MessageRefusal.Malformed)]
    [InlineData("a0", MessageRefusal.Malformed)]
    [InlineData("ff", MessageRefusal.Malformed)]
    [InlineData("8402005bffffffffffffffff", MessageRefusal.Malformed)]
    [InlineData("8402005a7fffffff", MessageRefusal.TooLong)]
    [InlineData("818181818181818181818181", MessageRefusal.Malformed)]
    public void WhatIsNoMessageEndsTheStreamWithItsReason(string hex, MessageRefusal refusal)
    {
        var decoder = new MessageDecoder();
        decoder.Add(Convert.FromHexString(hex));

        decoder.Next().ShouldBeNull();

        decoder.Refusal.ShouldBe(refusal);
        decoder.Add(MessageEncoder.Encode(new SyncDoneMessage(1)));
        decoder.Next().ShouldBeNull();
    }

    [Fact]
    public void LogIdsAndHeightsMayBeDecimalText()
    {
        var decoder = new MessageDecoder();
        decoder.Add(Convert.FromHexString("830a0081825820" + Key + "8182613761" + "34"));

        var have = decoder.Next().ShouldBeOfType<HaveMessage>();

        have.Heights.ShouldHaveSingleItem().Value.ShouldBe(4UL);
        have.Heights.Single().Key.LogId.ToUInt64().ShouldBe(7UL);
    }

    [Fact]
    public void OfTwoMentionsOfAnAuthorTheLastCounts()
    {
        var decoder = new MessageDecoder();
        decoder.Add(Convert.FromHexString("830a0082825820" + Key + "81820704825820" + Key + "81820801"));

        decoder.Next().ShouldBeOfType<HaveMessage>().Heights.ShouldHaveSingleItem().Key.LogId.ToUInt64().ShouldBe(8UL);
    }

    [Fact]
    public void AnEntryIsNeverSentWithoutItsOperation() =>
        Should.Throw<ArgumentException>(() => MessageEncoder.Encode(new EntryMessage(0, new byte[134], default)));

    [Fact]
    public void JunkNeverThrowsAndNeverTakesMoreMemoryThanItIsLong()
    {
        var random = new Random(9);
        var refusals = new HashSet<MessageRefusal>();
        var valid = MessageEncoder.Encode(new AnnounceMessage(1, 1_700_000_000, SchemaIdSet.Definitions));
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = i % 2 == 0 ? new byte[random.Next(1, 64)] : (byte[])valid.Clone();
            if (i % 2 == 0)
            {
                random.NextBytes(bytes);
                bytes[0] = (byte)(0x80 | (bytes[0] & 7));
            }
            else
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            var decoder = new MessageDecoder();
            decoder.Add(bytes);
            while (decoder.Next() is not null)
            {
            }

            refusals.Add(decoder.Refusal);
        }

        refusals.Count.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void LargeMessagesAreLookedAtOnce()
    {
        var heights = new CborWriter();
        heights.WriteHeader(CborMajorType.Array, 3);
        heights.WriteInteger(10);
        heights.WriteInteger(0);
        heights.WriteHeader(CborMajorType.Array, 1);
        heights.WriteHeader(CborMajorType.Array, 2);
        heights.WriteBytes(Convert.FromHexString(Key));
        heights.WriteHeader(CborMajorType.Array, 200_000);
        for (var log = 0; log < 200_000; log++)
        {
            heights.WriteHeader(CborMajorType.Array, 2);
            heights.WriteInteger(log);
            heights.WriteInteger(1);
        }

        var bytes = heights.ToArray();
        var decoder = new MessageDecoder();
        ReplicationMessage? message = null;
        for (var start = 0; start < bytes.Length; start += 100)
        {
            decoder.Add(bytes.AsSpan(start, Math.Min(100, bytes.Length - start)));
            message = decoder.Next();
        }

        message.ShouldBeOfType<HaveMessage>().Heights.Count.ShouldBe(200_000);
    }
}
