using FlowLog.Connect.Data;
using FlowLog.Connect.Herding;
using Microsoft.Extensions.Logging;

namespace FlowLog.Connect.Rest;

/// <summary>Answers requests, whatever carries them: finds the handler, passes on what is another worker's, and turns problems into answers.</summary>
internal sealed class RestInterface(RestRoutes routes, Forwarding forwarding, ILogger log)
{
    public async ValueTask<RestAnswer> AnswerAsync(RestRequest request, CancellationToken cancellation)
    {
        try
        {
            return await routes.AnswerAsync(request, cancellation);
        }
        catch (ElsewhereException elsewhere)
        {
            return await ForwardAsync(request, elsewhere.Url, cancellation);
        }
        catch (Exception problem)
        {
            return AnswerOf(request, problem);
        }
    }

    private async ValueTask<RestAnswer> ForwardAsync(RestRequest request, string url, CancellationToken cancellation)
    {
        try
        {
            return await forwarding.ForwardAsync(request, url, cancellation);
        }
        catch (Exception problem)
        {
            return AnswerOf(request, problem);
        }
    }

    private RestAnswer AnswerOf(RestRequest request, Exception problem)
    {
        switch (problem)
        {
            case RequestException refusal:
                return RestAnswer.Problem(refusal.Status, refusal.Message);
            case ConfigException or DataException:
                return RestAnswer.Problem(400, problem.Message);
            default:
                log.RequestFailed(request.Method, request.Path, problem);
                return RestAnswer.Problem(500, problem.Message);
        }
    }
}
