/* A limit, no peer: the kernel's share of a delivery. Answers a handshake and `connection_init`, as if it had understood them, and then
 * sends the same ready frame to everybody, one `send` each, as often as standard input says: `board N`. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 20000
#define READ 65536

static const char switching[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n";
static const char acknowledged[] = "\x81\x19{\"type\":\"connection_ack\"}";
static const char event[] =
    "{\"id\":\"5f0c6c52-0d6e-4b8e-9a57-2f6f1c1a7d10\",\"type\":\"next\",\"payload\":{\"data\":{\"board\":{\"cursor\":\"YmVuY2htYXJrOjEyMzQ1\","
    "\"at\":\"2026-01-01T00:00:00.000Z\",\"review\":{\"id\":\"Review_0000000000001\",\"state\":\"WAITING\",\"kind\":\"DETECTION\","
    "\"submittedAt\":\"2026-01-01T00:00:00.000Z\",\"project\":{\"id\":\"Project_0000000000001\",\"title\":\"Cars at crossings\"}},"
    "\"counts\":{\"waiting\":12,\"claimed\":3,\"decidedToday\":456,\"appeals\":3}}}}}";

static int peers[MOST], messages[MOST], count;

static void said(int peer) {
    static char bytes[READ];
    if (recv(peer, bytes, READ, 0) <= 0) return;
    const char *answer = messages[peer] == 0 ? switching : messages[peer] == 1 ? acknowledged : NULL;
    messages[peer]++;
    if (answer) send(peer, answer, strlen(answer), MSG_NOSIGNAL);
}

static void tell_all(int times) {
    char frame[4 + sizeof event] = {(char)0x81, 126, (char)((sizeof event - 1) >> 8), (char)((sizeof event - 1) & 255)};
    memcpy(frame + 4, event, sizeof event - 1);
    while (times--)
        for (int n = 0; n < count; n++) send(peers[n], frame, sizeof event + 3, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM, 0), poll = epoll_create1(0);
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 4096)) return 1;
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    struct epoll_event watched = {.events = EPOLLIN, .data.fd = listener}, ready[64];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &watched);
    watched.data.fd = 0;
    epoll_ctl(poll, EPOLL_CTL_ADD, 0, &watched);
    for (;;) {
        int found = epoll_wait(poll, ready, 64, -1);
        for (int n = 0; n < found; n++) {
            int from = ready[n].data.fd;
            if (from == listener) {
                int peer = accept(listener, NULL, NULL);
                if (peer < 0 || peer >= MOST || count == MOST) return 1;
                setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
                watched.data.fd = peers[count++] = peer;
                epoll_ctl(poll, EPOLL_CTL_ADD, peer, &watched);
            } else if (from == 0) {
                char line[256] = {0};
                if (read(0, line, sizeof line - 1) <= 0) return 0;
                tell_all(atoi(line + strlen("board ")));
            } else
                said(from);
        }
    }
}
