using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Mesh.Repair;
using P2Panda.Radio.Mesh.Tests.Reconciliation;

namespace P2Panda.Radio.Mesh.Tests.Repair;

public class RepairSetTests
{
    [Fact]
    public void Whoever_lacks_n_entries_needs_any_n_symbols()
    {
        var random = new Random(3);
        var records = Enumerable.Range(0, 40).Select(_ => Bytes(random, random.Next(60, 140))).ToList();
        var length = RepairCoder.SymbolLengthFor(records);
        var ids = Enumerable.Range(40, 20).Select(id => (byte)id).ToArray();
        var symbols = RepairCoder.Encode(records, length, ids);
        for (var missing = 1; missing <= 20; missing++)
        {
            var absent = Enumerable.Range(0, 40).OrderBy(_ => random.Next()).Take(missing).ToHashSet();
            var known = records.Select((record, place) => absent.Contains(place) ? null : record).ToList();
            var heard = Enumerable.Range(0, 20).OrderBy(_ => random.Next()).Take(missing)
                .ToDictionary(i => ids[i], i => (ReadOnlyMemory<byte>)symbols.AsMemory(i * length, length));

            var rebuilt = RepairCoder.Decode(known, length, heard).ShouldNotBeNull();

            rebuilt.Keys.Order().ShouldBe(absent.Order());
            rebuilt.ShouldAllBe(pair => pair.Value.SequenceEqual(records[pair.Key]));
            heard.Remove(heard.Keys.First());
            RepairCoder.Decode(known, length, heard).ShouldBeNull();
        }
    }

    [Fact]
    public void The_message_survives_the_wire_and_junk_is_refused()
    {
        var ranges = new List<RepairRange>
        {
            new(1, 4, 3),
            new(0xFFFF_FFFF_FFFF, 1, 1),
            new(5, 7, 30),
        };
        var message = new RepairSetMessage(ranges, 9, [200, 41], new byte[18]);
        var bytes = message.ToBytes();
        var again = RepairSetMessage.Read(bytes).ShouldNotBeNull();
        again.Ranges.ShouldBe(ranges);
        again.EntryCount.ShouldBe(34);
        again.ToBytes().ShouldBe(bytes);

        var random = new Random(9);
        for (var trial = 0; trial < 5_000; trial++)
        {
            var junk = bytes[..random.Next(bytes.Length + 1)];
            for (var flips = random.Next(1, 4); flips > 0 && junk.Length > 0; flips--)
            {
                junk[random.Next(junk.Length)] = (byte)random.Next(256);
            }

            (RepairSetMessage.Read(junk)?.EntryCount ?? 0).ShouldBeLessThanOrEqualTo(RepairSetMessage.MaxEntries);
        }
    }

    [Fact]
    public void The_desk_answers_once_for_everybody()
    {
        var desk = new RepairDesk();
        for (var neighbour = 0; neighbour < 5; neighbour++)
        {
            desk.Add(Key(neighbour), Enumerable.Range(0, 8).Select(i => Entry((neighbour * 8) + i))).ShouldBeTrue();
        }

        desk.StrikeOff(Entry(0));
        var (entries, symbols) = desk.Take(64);
        entries.Count.ShouldBe(39);
        entries.ShouldBeInOrder(SortDirection.Ascending, Comparer<EntryPosition>.Create((a, b) => a.SequenceNumber.CompareTo(b.SequenceNumber)));
        symbols.ShouldBe(8);
        desk.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void The_desk_is_bounded()
    {
        var desk = new RepairDesk();
        desk.Add(Key(0), Enumerable.Range(0, 5_000).Select(Entry));
        desk.Count.ShouldBe(RepairDesk.MaxPerNeighbour);
        for (var neighbour = 1; neighbour < 100; neighbour++)
        {
            desk.Add(Key(neighbour), [Entry(1)]).ShouldBe(neighbour < RepairDesk.MaxNeighbours);
        }
    }

    [Fact]
    public void An_answer_heard_from_others_serves_those_who_lack_no_more_than_it_has_symbols()
    {
        var desk = new RepairDesk();
        desk.Add(Key(1), Enumerable.Range(0, 3).Select(Entry));
        desk.Add(Key(2), Enumerable.Range(3, 5).Select(Entry));
        desk.Answered([.. Enumerable.Range(0, 8).Select(Entry)], 4);
        desk.Serves(Key(1)).ShouldBeFalse();
        desk.Serves(Key(2)).ShouldBeTrue();
    }

    [Fact]
    public void Symbols_of_a_burst_come_first_and_are_struck_off_as_others_say_them()
    {
        var desk = new RepairDesk();
        var burst = new BurstKey(new BurstTag(7), 16, 100);
        desk.AddSymbols(Key(1), burst, 2).ShouldBeTrue();
        desk.AddSymbols(Key(2), burst, 2).ShouldBeFalse();
        desk.Open(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        desk.HeardSymbol(burst);
        desk.TakeSymbols().ShouldBe((burst, Key(1), 1));
        desk.AddSymbols(Key(1), burst, 1);
        desk.HeardSymbol(burst);
        desk.IsEmpty.ShouldBeTrue();
        desk.DueAt.ShouldBe(TimeSpan.MaxValue);
    }

    private static EntryPosition Entry(int number) => new(LogSets.Log(0), (ulong)number + 1);

    private static PublicKey Key(int number)
    {
        var bytes = new byte[32];
        bytes[0] = (byte)number;
        return new PublicKey(bytes);
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
