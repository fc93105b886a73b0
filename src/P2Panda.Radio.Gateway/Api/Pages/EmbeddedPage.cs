using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace P2Panda.Radio.Gateway.Api.Pages;

/// <summary>
/// A page that comes with the program. It loads nothing from anywhere; browsers run its own script and no other, and show it in no other page.
/// </summary>
internal sealed partial class EmbeddedPage
{
    private readonly byte[] _html;
    private readonly string _policy;

    /// <param name="name">Its name among the resources of the program.</param>
    public EmbeddedPage(string name)
    {
        using var stream = typeof(EmbeddedPage).Assembly.GetManifestResourceStream(name)!;
        _html = new byte[stream.Length];
        stream.ReadExactly(_html);
        _policy = "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
            $"script-src '{HashOf(Script())}'; style-src '{HashOf(Style())}'";
    }

    /// <summary>Answers with the page, or to HEAD with its headers.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = _html.Length;
        context.Response.Headers.ContentSecurityPolicy = _policy;
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(_html, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private string HashOf(Regex element) =>
        "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(element.Match(Encoding.UTF8.GetString(_html)).Groups[1].Value)));

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}
