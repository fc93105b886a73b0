using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Store;
using Spectre.Console;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>trust list|add|remove</c>: the radio keys of other gateways that are believed.</summary>
internal static class TrustCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line" };
        var list = new Command("list", "List the radio keys that are remembered: listed by you, met first, or having signed every frame") { json };
        list.SetAction(result => WithKeys(result, readOnly: true, (keys, replay) => List(keys, replay, result.GetValue(json))));

        var key = new Argument<string>("key") { Description = "Radio key of another gateway, 64 hexadecimal digits; 'network show' prints it there" };
        var add = new Command("add", "Believe a gateway's seals; while the gateway is stopped") { key };
        add.SetAction(result => WithKeys(result, readOnly: false, (keys, _) =>
        {
            try
            {
                keys.Add(Parse(result.GetValue(key)!));
            }
            catch (InvalidOperationException full)
            {
                throw new CommandFailure(ExitCode.Failure, full.Message);
            }
        }));

        var remove = new Command("remove", "Forget a gateway's key; under open and firstUse it may be announced again; while the gateway is stopped") { key };
        remove.SetAction(result => WithKeys(result, readOnly: false, (keys, _) =>
        {
            if (!keys.Remove(Parse(result.GetValue(key)!)))
            {
                throw new CommandFailure(ExitCode.Failure, "no such key is remembered.");
            }
        }));

        return new Command("trust", "Radio keys of other gateways whose seals are believed") { list, add, remove };
    }

    private static PublicKey Parse(string text) => PublicKey.TryParse(text, out var key)
        ? key
        : throw new CommandFailure(ExitCode.Usage, $"'{text}' is not a radio key of 64 hexadecimal digits.");

    private static void WithKeys(ParseResult result, bool readOnly, Action<TrustedKeys, ReplayMarks> action)
    {
        var settings = SettingsOptions.Read(result);
        var store = Stores.Open(settings, readOnly);
        try
        {
            action(new TrustedKeys(settings.Radio.Trust, store.Marks), new ReplayMarks(store.Marks));
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static void List(TrustedKeys keys, ReplayMarks replay, bool json)
    {
        var table = new Table().AddColumns("radio key", "key id", "remembered as", "highest counter");
        foreach (var (key, marks) in keys.Remembered.OrderBy(item => item.Key))
        {
            if (json)
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new
                {
                    key = key.ToString(),
                    keyId = KeyId.Of(key).ToString(),
                    listed = (marks & KeyMarks.Listed) != 0,
                    met = (marks & KeyMarks.Met) != 0,
                    strict = (marks & KeyMarks.Strict) != 0,
                    counter = replay[key],
                }));
            }
            else
            {
                table.AddRow(key.ToString(), KeyId.Of(key).ToString(), marks.ToString().ToLowerInvariant(), replay[key].ToString(CultureInfo.InvariantCulture));
            }
        }

        if (!json)
        {
            AnsiConsole.Write(table);
        }
    }
}
