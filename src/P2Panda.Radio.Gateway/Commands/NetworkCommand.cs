using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Gateway.Membership;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>network new|join|show</c>: which radio network this gateway belongs to, and how the next one gets in.</summary>
internal static class NetworkCommand
{
    private const string Section = "radio";

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var qr = new Option<bool>("--qr") { Description = "Print the invitation as a QR code too" };
        var replace = new Option<bool>("--replace") { Description = "Leave the network this gateway belongs to" };

        var name = new Option<string?>("--name") { Description = "Derive the network id from a name, so that whoever knows the name gets in; default: a random id" };
        var trust = new Option<TrustPolicy>("--trust") { Description = "Whose seals are believed; see radio.trust", DefaultValueFactory = _ => TrustPolicy.Open };
        var create = new Command("new", "Begin a network: write its id into the configuration, make the radio key, print an invitation") { name, trust, replace, qr, json };
        create.SetAction(result =>
        {
            var id = result.GetValue(name) is { } known ? NetworkId.FromName(known) : new NetworkId(RandomNumberGenerator.GetBytes(NetworkId.Length));
            var settings = Begin(result, result.GetValue(replace));
            using var store = new StoreScope(settings);
            Assign(result, [Text("networkId", id.ToString()), Text("trust", JsonNamingPolicy.CamelCase.ConvertName(result.GetValue(trust).ToString()))]);
            Finish(result, store.Store, result.GetValue(qr), result.GetValue(json));
        });

        var invitation = new Argument<string>("invitation") { Description = "The line that 'network show' prints at a gateway of the network, or - for standard input" };
        var join = new Command("join", "Join a network: take over what an invitation says, trust the gateway that gave it, print one's own") { invitation, replace, qr, json };
        join.SetAction(result =>
        {
            var line = result.GetValue(invitation)! is var text && text == "-" ? Console.In.ReadLine() ?? string.Empty : text;
            var invited = Invitation.TryParse(line, out var problem) ?? throw new CommandFailure(ExitCode.Usage, problem + ".");
            var settings = Begin(result, result.GetValue(replace), invited.Network);
            using var store = new StoreScope(settings);
            Assign(
                result,
                [
                    Text("networkId", invited.Network.ToString()),
                    Text("trust", JsonNamingPolicy.CamelCase.ConvertName(invited.Trust.ToString())),
                    Text("attribution", JsonNamingPolicy.CamelCase.ConvertName(invited.Attribution.ToString())),
                    KeyValuePair.Create("strict", invited.Strict ? "true" : "false"),
                    Text("region", invited.Region),
                    Text("profile", invited.Profile),
                ]);
            new TrustedKeys(invited.Trust, store.Store.Marks).Add(invited.Key);
            Finish(result, store.Store, result.GetValue(qr), result.GetValue(json));
        });

        var show = new Command("show", "Show the network, this gateway's radio key, and the invitation for the next gateway") { qr, json };
        show.SetAction(result =>
        {
            var radio = SettingsOptions.Read(result).Radio;
            if (!File.Exists(radio.KeyFile))
            {
                throw new CommandFailure(
                    ExitCode.Environment, $"there is no radio key at {radio.KeyFile} yet; 'network new', 'network join' and the first 'run' make one.");
            }

            using var key = KeyFile.Read(radio.KeyFile);
            Print(radio, key.PublicKey, result.GetValue(qr), result.GetValue(json));
        });

        return new Command("network", "The radio network: its id, the radio key, and invitations") { create, join, show };
    }

    private static GatewaySettings Begin(ParseResult result, bool replaces, NetworkId? joining = null)
    {
        var file = SettingsOptions.File(result) ?? throw new CommandFailure(
            ExitCode.Usage, "name the configuration file to write to, with --config or P2PANDA_RADIO_CONFIG; it is made when it is not there.");
        if (!File.Exists(file))
        {
            Assign(result, []);
        }

        var settings = SettingsOptions.Read(result);
        var current = new NetworkId(Convert.FromHexString(settings.Radio.NetworkId));
        if (current != default && current != joining && !replaces)
        {
            throw new CommandFailure(
                ExitCode.Usage, $"this gateway belongs to network {current}; say --replace to leave it.");
        }

        return settings;
    }

    private static KeyValuePair<string, string> Text(string name, string value) => KeyValuePair.Create(name, JsonSerializer.Serialize(value));

    private static void Assign(ParseResult result, IEnumerable<KeyValuePair<string, string>> values)
    {
        var file = SettingsOptions.File(result)!;
        try
        {
            var problems = SettingsEdit.Assign(file, Section, values);
            if (problems.Count > 0)
            {
                throw new CommandFailure(
                    ExitCode.Usage, "the configuration would be wrong and is not changed:" + string.Concat(problems.Select(problem => Environment.NewLine + "  " + problem)));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Environment, $"{file} cannot be changed: {failure.Message}");
        }
    }

    private static void Finish(ParseResult result, ILogStore store, bool qr, bool json)
    {
        var radio = SettingsOptions.Read(result).Radio;
        using var key = RadioKey.ReadOrCreate(radio.KeyFile, store.Marks);
        Print(radio, key.PublicKey, qr, json);
    }

    private static void Print(RadioSection radio, PublicKey key, bool qr, bool json)
    {
        var invitation = Invitation.Of(radio, key).ToString();
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                networkId = radio.NetworkId,
                radioKey = key.ToString(),
                keyId = KeyId.Of(key).ToString(),
                trust = JsonNamingPolicy.CamelCase.ConvertName(radio.Trust.ToString()),
                attribution = JsonNamingPolicy.CamelCase.ConvertName(radio.Attribution.ToString()),
                strict = radio.Strict,
                region = radio.Region,
                profile = radio.Profile,
                invitation,
            }));
        }
        else
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"network    {radio.NetworkId}"));
            Console.Out.WriteLine($"radio key  {key} (key id {KeyId.Of(key)})");
            Console.Out.WriteLine($"trust      {JsonNamingPolicy.CamelCase.ConvertName(radio.Trust.ToString())}");
            Console.Out.WriteLine($"invitation {invitation}");
            if (radio.Trust == TrustPolicy.List)
            {
                Console.Out.WriteLine($"On every other gateway: p2panda-radio trust add {key}");
            }
        }

        if (qr)
        {
            Console.Out.Write(QrCode.Encode(invitation).ToText());
        }
    }

    /// <summary>An open store that is closed at the end of a command.</summary>
    private sealed class StoreScope(GatewaySettings settings) : IDisposable
    {
        public ILogStore Store { get; } = Stores.Open(settings);

        public void Dispose() => Store.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
