using System.Threading.Channels;
using P2Panda.Libp2p.Tests.Support;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Tests.Hosting;

public sealed class ReadmeChatTests
{
    [Fact]
    public void TheReadmeShowsExactlyThisCode()
    {
        var source = File.ReadAllText(Path.Combine(TestVectors.RepositoryRoot, "tests", "P2Panda.Libp2p.Tests", "Hosting", "ReadmeChat.cs"));
        var code = source[(source.IndexOf("// <chat>", StringComparison.Ordinal) + 9)..source.IndexOf("// </chat>", StringComparison.Ordinal)];
        var lines = code.Trim('\n', ' ').Split('\n').Select(line => line.Length > 8 && line.StartsWith("        ", StringComparison.Ordinal) ? line[8..] : line.TrimStart());
        var readme = File.ReadAllText(Path.Combine(TestVectors.RepositoryRoot, "src", "P2Panda.Libp2p", "README.md"));
        readme.ShouldContain(string.Join('\n', lines).TrimEnd());
    }

    [Fact]
    public async Task TwoOfThemTalk()
    {
        using var quiet = new HeldInput();
        using var first = new LineOutput();
        using var second = new LineOutput();
        var listening = ReadmeChat.RunAsync([], quiet, first);
        var address = (await first.NextAsync())["I am ".Length..];
        await ReadmeChat.RunAsync([address], new StringReader("hello\nbamboo\n"), second);
        (await first.NextAsync()).ShouldEndWith(": hello");
        (await first.NextAsync()).ShouldEndWith(": bamboo");
        quiet.End();
        await listening.WaitAsync(TestHosts.Patience);
    }

    private sealed class HeldInput : TextReader
    {
        private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End() => _end.TrySetResult("");

        public override Task<string> ReadToEndAsync() => _end.Task;
    }

    private sealed class LineOutput : StringWriter
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public override Task WriteLineAsync(string? value)
        {
            _lines.Writer.TryWrite(value ?? "");
            return Task.CompletedTask;
        }

        public async Task<string> NextAsync() => await _lines.Reader.ReadAsync(TestHosts.Deadline);
    }
}
