using System.ComponentModel;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Api.Administration;

/// <summary>How long a log is to stay.</summary>
internal sealed record RetentionRequest([property: Description("How long the log stays.")] RetentionClass Retention);
