using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Erasure;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>
/// Honest bursts to one receiver over a link that loses a fifth of the frames, while an attacker near the receiver, none of whose frames
/// is lost, speaks between them for a share of the airtime. Losses and the attacker's turns depend on the seed alone.
/// </summary>
/// <param name="Delivered">Bursts that were believed.</param>
/// <param name="CpuPerFrame">Processor time for each frame that was received.</param>
/// <param name="SourceSymbols">K of the last burst.</param>
internal sealed record ForgeryTrials(int Delivered, TimeSpan CpuPerFrame, int SourceSymbols)
{
    private const double Loss = 0.2;

    /// <summary>What bursts are planned for, attack or not.</summary>
    public static PlanRequest Plan { get; } = new()
    {
        Modulation = new LoraModulation { SpreadingFactor = 7, BandwidthHz = 125_000 },
        Loss = Loss,
        Probability = 0.98,
    };

    /// <summary>Sends bursts of one length.</summary>
    /// <param name="bursts">How many.</param>
    /// <param name="length">Bytes of each, sealed.</param>
    /// <param name="request">How they are cut; the share of forged symbols that the receiver has measured is added when asked for.</param>
    /// <param name="adapts">Whether the sender, itself a receiver of the same air, chooses K by what it hears.</param>
    /// <param name="forgery">What the attacker sends.</param>
    /// <param name="share">Its share of the airtime.</param>
    /// <param name="seed">Seed of losses and turns.</param>
    public static ForgeryTrials Of(int bursts, int length, PlanRequest request, bool adapts, Forgery forgery, double share, int seed)
    {
        var air = new Random(seed);
        var attacker = new Random(~seed);
        var sender = new AirStation(1, []);
        var receiver = new AirStation(2, []).NewReceiver(sender.PublicKey);
        var body = new byte[length - BurstFormat.SealedOverhead];
        var now = TimeSpan.Zero;
        var delivered = 0;
        var received = 0;
        var sourceSymbols = 0;
        var cpu = TimeSpan.Zero;
        bool Hear(byte[] frame)
        {
            received++;
            var before = Environment.CpuUsage.TotalTime;
            var outcome = receiver.Receive(frame, now);
            cpu += Environment.CpuUsage.TotalTime - before;
            return outcome.Verdict == FrameVerdict.Completed;
        }

        for (var number = 0; number < bursts; number++)
        {
            BitConverter.TryWriteBytes(body, number);
            var burst = sender.Writer.Write(BurstKind.Want, body, adapts ? request with { ForgedShare = receiver.ForgedShare } : request);
            sourceSymbols = burst.Key.SourceSymbols;
            var wrong = Wrong(burst, attacker);
            var completed = false;
            for (var left = burst.Plan!.Frames; left > 0;)
            {
                now += TimeSpan.FromMilliseconds(200);
                var isAttacker = air.NextDouble() < share;
                if (!isAttacker)
                {
                    left--;
                    var frame = burst.NextFrame();
                    completed |= air.NextDouble() >= Loss && Hear(frame);
                }
                else if (forgery != Forgery.Noise && left < burst.Plan.Frames && burst.Key.SourceSymbols > 1)
                {
                    // The tag is known as soon as the first honest frame is on the air.
                    completed |= Hear(Forged(burst, forgery == Forgery.Related ? wrong : null, attacker));
                }
            }

            delivered += completed ? 1 : 0;
        }

        return new ForgeryTrials(delivered, received == 0 ? TimeSpan.Zero : cpu / received, sourceSymbols);
    }

    private static byte[] Wrong(OutgoingBurst burst, Random attacker)
    {
        // As close to the honest one as can be: a byte in each symbol.
        var wrong = burst.PaddedBytes.ToArray();
        for (var symbol = 0; symbol < burst.Key.SourceSymbols; symbol++)
        {
            wrong[(symbol * burst.Key.SymbolLength) + attacker.Next(burst.Key.SymbolLength)] ^= (byte)attacker.Next(1, 256);
        }

        return wrong;
    }

    private static byte[] Forged(OutgoingBurst burst, byte[]? wrong, Random attacker)
    {
        var id = (byte)attacker.Next(FrameFormat.MaxSymbols);
        var frame = burst.WriteFrame(id);
        var symbol = frame.AsSpan(FrameFormat.CodedHeaderLength);
        if (wrong is null)
        {
            attacker.NextBytes(symbol);
        }
        else
        {
            ErasureCode.For(burst.Key.SourceSymbols).Encode(wrong, id, symbol);
        }

        return frame;
    }
}
