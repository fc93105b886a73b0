using P2Panda.Libp2p.Quic;

namespace P2Panda.Libp2p.Interop.Tests;

/// <summary>Our host and a js node, one dialing the other over one stack.</summary>
internal sealed class InteropPair : IAsyncDisposable
{
    public const string Echo = "/echo/1.0.0";

    private InteropPair(Libp2pHost host, JsPeer js, Connection connection)
    {
        Host = host;
        Js = js;
        Connection = connection;
    }

    public Libp2pHost Host { get; }

    public JsPeer Js { get; }

    /// <summary>The connection, as our side sees it.</summary>
    public Connection Connection { get; }

    public TaskCompletionSource<Exception> ResetSeen { get; } = new();

    public static CancellationToken Deadline => new CancellationTokenSource(JsPeer.Patience).Token;

    public static async Task<InteropPair> ConnectAsync(Stack stack, bool weDial)
    {
        var js = await StartJsAsync(stack, listen: weDial);
        var host = BuildHost(stack);
        var connected = new TaskCompletionSource<Connection>(TaskCreationOptions.RunContinuationsAsynchronously);
        host.ConnectionOpened += connection => connected.TrySetResult(connection);
        InteropPair? pair = null;
        host.Handle("/reset/1.0.0", async (stream, _, cancellation) =>
        {
            try
            {
                await stream.WriteAsync("x"u8.ToArray(), cancellation);
                await stream.CopyToAsync(Stream.Null, cancellation);
            }
            catch (IOException e)
            {
                pair!.ResetSeen.TrySetResult(e);
            }
        });
        if (weDial)
        {
            await host.ConnectAsync(js.Addresses[0], Deadline);
        }
        else
        {
            await host.ListenAsync(Multiaddr.Parse(stack.ListenAddress), Deadline);
            await js.SendAsync("dial", new { to = AddressOf(host) });
        }

        pair = new InteropPair(host, js, await connected.Task.WaitAsync(JsPeer.Patience));
        return pair;
    }

    public static Task<JsPeer> StartJsAsync(Stack stack, bool listen)
    {
        string[] listening = listen ? ["--listen", stack.ListenAddress] : [];
        string[] quic = stack.IsQuic ? ["--quic"] : [];
        return JsPeer.StartAsync(["--patient", "--security", stack.JsSecurity, .. quic, .. listening]);
    }

    public static Libp2pHost BuildHost(Stack stack)
    {
        // Whether the two understand each other is the question, not how busy the machine is: time-outs have tests of their own.
        var patience = JsPeer.Patience;
        var builder = new Libp2pHostBuilder(KeyPair.Generate())
        {
            Options = new Libp2pHostOptions
            {
                IdleTimeout = Timeout.InfiniteTimeSpan,
                NegotiationTimeout = patience,
                DialTimeout = patience,
                IdentifyTimeout = patience,
            },
            Upgrade = new UpgradeOptions { Timeout = patience },
        };
        if (stack.IsQuic)
        {
            builder.UseQuic(new QuicOptions { HandshakeTimeout = patience, IdleTimeout = patience });
        }
        else
        {
            builder.Upgrade = builder.Upgrade with { DialSecurity = [stack.Security], ListenSecurity = [stack.Security] };
            builder.UseTcp();
        }

        var host = builder.Build();
        host.Handle(Echo, async (stream, _, cancellation) =>
        {
            await stream.CopyToAsync(stream, cancellation);
            await stream.CompleteWritesAsync(cancellation);
        }, new StreamPolicy { MaxPerPeer = 1000 });
        host.Handle("/half-close/1.0.0", async (stream, _, cancellation) =>
        {
            using var all = new MemoryStream();
            await stream.CopyToAsync(all, cancellation);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(all.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)), cancellation);
        });
        return host;
    }

    public static string AddressOf(Libp2pHost host) => host.Addresses.Listening[0].WithPeer(host.PeerId).ToString();

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Js.DisposeAsync();
    }
}
