using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Mesh.Reconciliation;
using P2Panda.Radio.Mesh.Tests.Reconciliation;
using P2Panda.Radio.Mesh.Wants;

namespace P2Panda.Radio.Mesh.Tests.Wants;

public class WantTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void The_message_survives_the_wire_and_junk_is_refused()
    {
        var want = new WantMessage(
            new LogWantMessage(3, 4, [new LogWant(5, 6, 7)], [8]),
            [new SymbolWant(new BurstKey(new BurstTag(0xDEADBEEF), 16, 248), 5)]);
        var bytes = want.ToBytes();
        WantMessage.Read(bytes).ShouldNotBeNull().ToBytes().ShouldBe(bytes);
        var random = new Random(1);
        for (var trial = 0; trial < 5_000; trial++)
        {
            var junk = bytes[..random.Next(bytes.Length + 1)];
            if (junk.Length > 0)
            {
                junk[random.Next(junk.Length)] = (byte)random.Next(256);
            }

            WantMessage.Read(junk)?.ToBytes().ShouldBe(junk);
        }
    }

    [Fact]
    public void What_never_comes_is_asked_for_ever_more_rarely_whoever_mentions_it()
    {
        var book = new WantBook();
        book.Add(LogSets.Log(1), 9, Second).ShouldBeTrue();
        book.Add(LogSets.Log(1), 8, Second).ShouldBeFalse();
        for (var tries = 1; tries <= 2 * WantBook.MaxTries; tries++)
        {
            Compose(book).ShouldNotBeNull().Logs.ShouldHaveSingleItem().Count.ShouldBe(4UL);
            book.DueAt.ShouldBe(Math.Min(tries, WantBook.MaxTries) * 10 * Second);
        }

        book.Add(LogSets.Log(2), 3, Second);
        book.DueAt.ShouldBe(WantBook.MaxTries * 10 * Second);
    }

    [Fact]
    public void What_came_is_not_asked_for_again()
    {
        var book = new WantBook();
        book.Add(LogSets.Log(1), 9, Second);
        Compose(book).ShouldNotBeNull();
        book.Grown(LogSets.Log(1), new LogState(8), isNew: false, 60 * Second);
        book.Tries.ShouldBe(0);
        book.Grown(LogSets.Log(1), new LogState(9), isNew: false, 60 * Second);
        book.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void An_element_is_satisfied_by_its_log()
    {
        var book = new WantBook();
        var element = new SaltedHash(7).Element(LogName.Of(LogSets.Log(2)), new LogState(3));
        book.AddElements(7, [element], Second);
        Compose(book).ShouldNotBeNull().Unnamed.ShouldBe([SaltedHash.ShortOf(element)]);
        book.Grown(LogSets.Log(4), new LogState(1), isNew: false, Second);
        book.Tries.ShouldBe(1);
        book.Grown(LogSets.Log(2), new LogState(1), isNew: true, Second);
        book.Tries.ShouldBe(0);
        // What is here of it, to height 5 by now, is not asked for again.
        Compose(book).ShouldNotBeNull().Logs.ShouldBe([new LogWant(new SaltedHash(7).Tag(LogName.Of(LogSets.Log(2))), 6, 0)]);
        book.Grown(LogSets.Log(2), new LogState(3), isNew: false, Second);
        book.IsEmpty.ShouldBeTrue();
    }

    private static LogWantMessage? Compose(WantBook book)
    {
        var want = book.Compose(0, 1, _ => 5, (_, _) => [(6UL, 4UL)]);
        book.Asked(tries => tries * 10 * Second);
        return want;
    }
}
