using System.CommandLine;
using System.Text;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>man</c>: the manual pages, made from the commands and settings themselves. The Debian package installs what it prints.</summary>
internal static class ManCommand
{
    public static Command Create(RootCommand root)
    {
        var page = new Argument<string>("page") { Description = "program: p2panda-radio(1); config: p2panda-radio.json(5)" };
        page.AcceptOnlyFromAmong("program", "config");
        var command = new Command("man", "Print a manual page as roff, for the packages") { page };
        command.Hidden = true;
        command.SetAction(result =>
        {
            Console.Out.Write(result.GetValue(page) == "config" ? ConfigurationPage() : ProgramPage(root));
            return ExitCode.Success;
        });
        return command;
    }

    private static string ProgramPage(RootCommand root)
    {
        var page = new ManPage("P2PANDA-RADIO", 1, "p2panda-radio", root.Description!);
        page.Section("SYNOPSIS").Bold("p2panda-radio").Text(" COMMAND [OPTION]...").Line();
        page.Section("COMMANDS");
        foreach (var command in root.Subcommands.Where(command => !command.Hidden))
        {
            AddCommand(page, command, command.Name);
        }

        page.Section("OPTIONS OF EVERY COMMAND");
        AddOptions(page, root.Options.Where(option => option.Recursive));
        page.Section("EXIT STATUS")
            .Item("0", "Done.")
            .Item("1", "The answer is no: a check failed, an entry was refused, a target was missed.")
            .Item("2", "The command line or the configuration is wrong.")
            .Item("3", "Something outside the program is missing or broken.");
        page.Section("FILES")
            .Item("/etc/p2panda-radio/config.json", "Settings of the installed service; see p2panda-radio.json(5).")
            .Item("/etc/default/p2panda-radio", "Options of the installed service's run command, in P2PANDA_RADIO_OPTIONS.")
            .Item("/var/lib/p2panda-radio", "Keys and entries.");
        page.Section("SEE ALSO").Text("p2panda-radio.json(5)").Line();
        return page.ToString();
    }

    private static void AddCommand(ManPage page, Command command, string path)
    {
        var children = command.Subcommands.Where(child => !child.Hidden).ToList();
        if (children.Count == 0)
        {
            var arguments = string.Concat(command.Arguments.Select(argument => " " + argument.Name.ToUpperInvariant()));
            page.Item(path + arguments, command.Description + ".");
            if (command.Arguments.Any(argument => argument.Description is not null) || command.Options.Any(option => !option.Hidden))
            {
                page.Indent();
                foreach (var argument in command.Arguments.Where(argument => argument.Description is not null))
                {
                    page.Item(argument.Name.ToUpperInvariant(), argument.Description + ".");
                }

                AddOptions(page, command.Options);
                page.Outdent();
            }
        }

        foreach (var child in children)
        {
            AddCommand(page, child, $"{path} {child.Name}");
        }
    }

    private static void AddOptions(ManPage page, IEnumerable<Option> options)
    {
        foreach (var option in options.Where(option => !option.Hidden))
        {
            var names = string.Join(", ", option.Aliases.Append(option.Name).Distinct().Order(StringComparer.Ordinal));
            page.Item(names, option.Description + ".");
        }
    }

    private static string ConfigurationPage()
    {
        var page = new ManPage("P2PANDA-RADIO.JSON", 5, "p2panda-radio.json", "settings of p2panda-radio");
        page.Section("DESCRIPTION")
            .Text("One JSON file; comments and trailing commas are fine. A setting is overridden by an environment variable (store.path by "
                + "P2PANDA_RADIO__STORE__PATH) and that by the command line (--set store.path=VALUE). The whole is checked at start, and "
                + "everything that is wrong is listed at once.").Line();
        page.Section("SETTINGS");
        foreach (var setting in SettingsJson.Documented())
        {
            var range = setting.Range is { } limits ? $" From {limits.Minimum} to {limits.Maximum}." : string.Empty;
            page.Item(setting.Path, $"{setting.Description}{range} Default: {setting.Default}.");
        }

        page.Section("SEE ALSO").Text("p2panda-radio(1)").Line();
        return page.ToString();
    }

    /// <summary>A page in the man macros of roff (groff_man(7)).</summary>
    private sealed class ManPage
    {
        private readonly StringBuilder _text = new();

        public ManPage(string title, int section, string name, string description)
        {
            _text.Append(System.Globalization.CultureInfo.InvariantCulture, $".TH {title} {section}\n");
            Section("NAME").Text($"{name} \\- ", escape: false).Text(description.TrimEnd('.')).Line();
        }

        public ManPage Section(string name) => Raw($".SH {name}\n");

        public ManPage Bold(string text) => Raw($"\\fB{Escape(text)}\\fR");

        public ManPage Text(string text, bool escape = true) => Raw(escape ? Escape(text) : text);

        public ManPage Line() => Raw("\n");

        public ManPage Item(string term, string description) => Raw($".TP\n\\fB{Escape(term)}\\fR\n{Escape(description)}\n");

        public ManPage Indent() => Raw(".RS\n");

        public ManPage Outdent() => Raw(".RE\n");

        public override string ToString() => _text.ToString();

        private ManPage Raw(string text)
        {
            _text.Append(text);
            return this;
        }

        // A dot or an apostrophe at the beginning of a line is a request; a hyphen that is typed must stay one.
        private static string Escape(string text)
        {
            text = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
            return text.StartsWith('.') || text.StartsWith('\'') ? "\\&" + text : text;
        }
    }
}
