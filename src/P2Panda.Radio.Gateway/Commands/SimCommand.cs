using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Sockets;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>sim ether|chip|link</c>: simulated air and chips for several processes, and for drivers written by others.</summary>
internal static class SimCommand
{
    private const double MostSpeed = 1000;

    public static Command Create() => new("sim", "Simulated air and chips for several processes")
    {
        CreateEther(), CreateChip(), CreateLink(),
    };

    private static Command CreateEther()
    {
        var listen = ListenOption();
        var links = new Option<string[]>("--link")
        {
            Description = "Stations that hear each other, as A-B, or A>B for one way; with figures as A-B:loss=0.2,path=120,shadowing=4. Without any, all hear all",
            AllowMultipleArgumentsPerToken = false,
        };
        var loss = new Option<double>("--loss") { Description = "Share of frames that links lose where they do not say, 0 to 1" };
        var path = new Option<double>("--path-loss") { Description = "Path loss in dB where links do not say: 110 is comfortable, 135 the edge of SF7", DefaultValueFactory = _ => new Link().PathLossDb };
        var seed = new Option<int>("--seed") { Description = "Decides what is left to chance", DefaultValueFactory = _ => 1 };
        var speed = new Option<double>("--speed") { Description = "How many times faster than real time", DefaultValueFactory = _ => 1 };
        var record = new Option<string?>("--record") { Description = "File that gets every frame as a JSON object a line" };
        var command = new Command("ether", "Be the air between chips in different processes until told to stop") { listen, links, loss, path, seed, speed, record };
        command.SetAction(async (result, cancellation) =>
        {
            var everywhere = new Link(result.GetValue(path), result.GetValue(loss));
            if (result.GetValue(speed) is not (> 0 and <= MostSpeed) || result.GetValue(loss) is not (>= 0 and <= 1))
                throw new CommandFailure(ExitCode.Usage, $"--speed is more than 0 and at most {MostSpeed}, --loss between 0 and 1");
            var parsed = (result.GetValue(links) ?? []).Select(text => LinkArgument.Parse(text, everywhere)).ToList();
            var socket = PathOf(result.GetValue(listen));
            using var logging = LoggerFactory.Create(ConsoleLog.Add);
            using var file = Create(result.GetValue(record));
            using var ether = new EtherServer(
                new EtherServerOptions
                {
                    Speed = result.GetValue(speed),
                    Physics = new EtherOptions { Seed = (ulong)result.GetValue(seed) },
                    Everywhere = parsed.Count == 0 ? everywhere : null,
                    Record = file,
                },
                logging.CreateLogger<EtherServer>());
            foreach (var link in parsed)
                link.Apply(ether.SetLink);
            Listen(() => ether.Listen(socket), socket);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The ether is at unix:{socket}; speed {result.GetValue(speed)}.")).ConfigureAwait(false);
            return await UntilToldToStop(cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static Command CreateChip()
    {
        var listen = ListenOption();
        var ether = RadioSelection.EtherOption();
        var name = RadioSelection.EtherNameOption();
        var variant = new Option<ChipVariant>("--variant") { Description = "sx1276 or sx1272", DefaultValueFactory = _ => ChipVariant.Sx1276 };
        var command = new Command("chip", "Be an SX127x for a driver in another process until told to stop") { listen, ether, name, variant };
        command.SetAction(async (result, cancellation) =>
        {
            var socket = PathOf(result.GetValue(listen));
            using var logging = LoggerFactory.Create(ConsoleLog.Add);
            using var air = SimulatedAir.Open(result.GetValue(ether), result.GetValue(name) ?? SimulatedAir.DefaultName, logging);
            using var chip = new ChipModel(air.Ether, air.Name, new ChipOptions { Variant = result.GetValue(variant) });
            using var server = new ChipServer(chip, logging.CreateLogger<ChipServer>());
            Listen(() => server.Listen(socket), socket);
            await Console.Out.WriteLineAsync($"The chip is at unix:{socket}.").ConfigureAwait(false);
            return await UntilToldToStop(cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static Command CreateLink()
    {
        var ether = new Option<string>("--ether") { Description = "Where the ether is, as unix:PATH", Required = true };
        var link = new Argument<string>("link") { Description = "As for 'sim ether --link': A-B, A>B, A-B:loss=0.2" };
        var down = new Option<bool>("--down") { Description = "The stations no longer hear each other" };
        var command = new Command("link", "Change who hears whom on an ether") { ether, link, down };
        command.SetAction(result =>
        {
            var parsed = LinkArgument.Parse(result.GetValue(link)!, new Link());
            var socket = PathOf(result.GetValue(ether));
            try
            {
                parsed.Apply((from, to, figures) => EtherControl.SetLink(socket, from, to, result.GetValue(down) ? null : figures));
            }
            catch (IOException failure)
            {
                throw new CommandFailure(ExitCode.Environment, failure.Message);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Option<string> ListenOption() => new("--listen") { Description = "Where, as unix:PATH", Required = true };

    private static string PathOf(string? address) =>
        UnixAddress.TryParse(address, out var path, out var problem) ? path : throw new CommandFailure(ExitCode.Usage, problem);

    private static void Listen(Action listen, string path)
    {
        try
        {
            listen();
        }
        catch (SocketException failure)
        {
            throw new CommandFailure(ExitCode.Environment, $"cannot listen at unix:{path}: {failure.Message}");
        }
    }

    private static StreamWriter? Create(string? path)
    {
        try
        {
            return path is null ? null : new StreamWriter(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, failure.Message);
        }
    }

    private static async Task<int> UntilToldToStop(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ExitCode.Success;
    }
}
