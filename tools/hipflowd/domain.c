// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "domain.h"

#define LABEL_MAX	63
/* RFC 4282 section 2.2: what AAA attributes can carry */
#define NAI_MAX		253

/* Letters, digits and, but at its ends, hyphens (RFC 1123 section 2.1). */
static bool label_is_good(const char *label, size_t len)
{
	size_t i;

	if (!len || len > LABEL_MAX || label[0] == '-' || label[len - 1] == '-')
		return false;
	for (i = 0; i < len; i++)
		if (!isascii((unsigned char)label[i]) ||
		    (!isalnum((unsigned char)label[i]) && label[i] != '-'))
			return false;
	return true;
}

/* How many labels there are, or 0 if one is bad. */
static unsigned int count_labels(const char *name)
{
	unsigned int n = 0;
	size_t len;

	for (;;) {
		len = strcspn(name, ".");
		if (!label_is_good(name, len))
			return 0;
		n++;
		name += len;
		if (!*name++)
			return n;
	}
}

static const char *parse_fqdn(struct domain *domain, const char *text)
{
	char name[DOMAIN_MAX + 1];
	size_t len = strlen(text);
	const char *p = name;

	/* With the root's length, and one for each label instead of its dot */
	if (len && text[len - 1] == '.')
		len--;
	if (len + 2 > DOMAIN_MAX)
		return "has more than 253 characters";
	memcpy(name, text, len);
	name[len] = '\0';
	if (count_labels(name) < 2)
		return "is not a full name of letters, digits and hyphens, such as host.example";
	domain->type = DOMAIN_FQDN;
	domain->len = 0;
	while (*p) {
		len = strcspn(p, ".");
		domain->data[domain->len++] = len;
		memcpy(domain->data + domain->len, p, len);
		domain->len += len;
		p += len + (p[len] == '.');
	}
	domain->data[domain->len++] = 0;
	return NULL;
}

/* RFC 4282 section 2.1, of ASCII: words with dots in between; may be empty. */
static bool user_is_good(const char *user, size_t len)
{
	static const char others[] = "!#$%&'*+-/=?^_`{|}~.";
	size_t i;

	for (i = 0; i < len; i++) {
		if (!isascii((unsigned char)user[i]) ||
		    (!isalnum((unsigned char)user[i]) &&
		     !strchr(others, user[i])))
			return false;
		if (user[i] == '.' && (!i || i == len - 1 || user[i - 1] == '.'))
			return false;
	}
	return true;
}

static const char *parse_nai(struct domain *domain, const char *text)
{
	const char *realm = strchr(text, '@') + 1;

	if (strlen(text) > NAI_MAX)
		return "has more than 253 characters";
	if (!user_is_good(text, realm - 1 - text) || count_labels(realm) < 2)
		return "is not a network access identifier such as user@example.org";
	domain->type = DOMAIN_NAI;
	domain->len = strlen(text);
	memcpy(domain->data, text, domain->len);
	return NULL;
}

const char *domain_parse(struct domain *domain, const char *text)
{
	memset(domain, 0, sizeof(*domain));
	if (!strcmp(text, "none"))
		return NULL;
	return strchr(text, '@') ? parse_nai(domain, text) :
				   parse_fqdn(domain, text);
}
